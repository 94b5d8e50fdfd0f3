/* exports.c - the verdicts of each form around the filters of filter_export.h. */
#include "action/exports.h"

#include "filter/filter_export.h"

#include <stdlib.h>

/* False: the form has no such verdict. */
static bool nft_verdict(const struct action *action, char verdict[64])
{
	if (action->verb == ACTION_LIMIT)
		snprintf(verdict, 64, "limit rate over %u/second drop", action->limit);
	else
		snprintf(verdict, 64, "drop");
	return action->verb == ACTION_LIMIT || action->verb == ACTION_DROP;
}

static void nft_rules(FILE *out, const struct action *action)
{
	char trouble[FILTER_TROUBLE] = "nft has no such verdict", verdict[64];
	struct filter_nft nft = { .count = 0 };

	if (!nft_verdict(action, verdict) || filter_nft(&action->filter, &nft, trouble) != OK) {
		fprintf(out, "\t\t# %s\n", trouble);
		return;
	}
	for (size_t n = 0; n < nft.count; n++)
		fprintf(out, "\t\t%s %s\n", nft.rules[n].text, verdict);
	filter_nft_free(&nft);
}

void exports_nft(FILE *out, const struct action *all, size_t count)
{
	fputs("table inet flood {\n\tchain prerouting {\n\t\ttype filter hook prerouting priority -300;\n", out);
	for (size_t n = 0; n < count; n++)
		nft_rules(out, &all[n]);
	fputs("\t}\n}\n", out);
}

/* RFC 8955, 7.3: traffic-rate is of bytes; a limit of packets is none of it. */
void exports_flowspec(FILE *out, const struct action *all, size_t count)
{
	for (size_t n = 0; n < count; n++) {
		char trouble[FILTER_TROUBLE] = "FlowSpec has no such verdict";
		struct filter_flowspec flow;

		if (all[n].verb == ACTION_DROP && filter_flowspec(&all[n].filter, &flow, trouble) == OK)
			fprintf(out, "%s then discard\n", flow.gobgp);
		else
			fprintf(out, "# %s\n", trouble);
	}
}

void exports_bpf(FILE *out, const struct action *all, size_t count)
{
	char *text = malloc(FILTER_BPF);

	for (size_t n = 0; text && n < count; n++)
		fprintf(out, "%s(%s)", n ? " or " : "", filter_bpf(&all[n].filter, text));
	fputc('\n', out);
	free(text);
}

void exports_xdp(FILE *out, const struct action *all, size_t count)
{
	json_t *rules = json_array();

	for (size_t n = 0; n < count; n++) {
		json_t *rule = filter_json(&all[n].filter);

		json_object_set_new(rule, "verb", json_string(action_verb_name(all[n].verb)));
		if (all[n].limit)
			json_object_set_new(rule, "limit", json_integer(all[n].limit));
		json_array_append_new(rules, rule);
	}
	if (rules)
		json_dumpf(rules, out, JSON_INDENT(2));
	fputc('\n', out);
	json_decref(rules);
}
