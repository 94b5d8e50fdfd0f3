/* filter.c - `hinomi filter`: what would have stopped the floods of a capture, in every form that is wanted. */
#include "app/filters.h"
#include "base/json.h"
#include "cmd/cmd.h"
#include "cmd/option.h"
#include "filter/filter_export.h"
#include "filter/fingerprint.h"
#include "filter/upstream.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum format { FORMAT_TEXT, FORMAT_JSON, FORMAT_NFT, FORMAT_FLOWSPEC, FORMAT_BPF, FORMAT_XDP,
	      FORMAT_DISSECTOR, FORMAT_UPSTREAM, FORMATS };

static const char *const formats[FORMATS] = { "text", "json", "nft", "flowspec", "bpf", "xdp", "dissector",
					      "upstream" };

static const char help[] =
	"Usage: hinomi filter FILE... [options]\n"
	"\n"
	"Reads captures as 'hinomi read' does, and derives for each flood on us the smallest filters\n"
	"between the attack and what its target got before: what share of the attack they drop, and\n"
	"what share of the normal traffic would be lost. They are said to be good where that is no\n"
	"more than 1 in 1,000 even if chance played a part (of 4,096 packets of quiet times none is\n"
	"hit), likely where so few were seen that it may be more. Nothing is blocked.\n"
	"\n"
	"Options:\n"
	"  -H, --home PREFIX[,PREFIX]  our own networks; inferred from the traffic when not given\n"
	"  -f, --format FORMAT    text (default); json, one object per flood and line; or the filters as\n"
	"                         nft (rules of nftables), flowspec (GoBGP's words), bpf (tcpdump's),\n"
	"                         xdp (rules as JSON), dissector (a fingerprint to be shared),\n"
	"                         upstream (a letter to the provider)\n"
	"  -h, --help             this text\n"
	"\n"
	"Exit code: 0 no flood found, 1 floods found, 2 error.\n"
	"\n"
	"Examples:\n"
	"  hinomi filter attack.pcap --home 203.0.113.0/24\n"
	"  hinomi filter attack.pcap --format nft\n"
	"  tcpdump -r attack.pcap \"$(hinomi filter attack.pcap --format bpf | head -1)\"\n";

static const char *share_text(uint32_t part, uint32_t whole, char text[16])
{
	snprintf(text, 16, "%.2f %%", whole ? 100.0 * part / whole : 0);
	return text;
}

/* --- text */

static void print_derived(const struct derived *d)
{
	char text[FILTER_TEXT], attack[16], normal[16];

	printf("  %s", action_verb_name(d->verb));
	if (d->verb == ACTION_LIMIT)
		printf(" to %" PRIu32 " packets/s", d->limit);
	printf("  %s\n", filter_text(&d->filter, text));
	printf("      hits %s of the attack", share_text(d->effect.attack_hit, d->effect.attack, attack));
	if (d->effect.normal)
		printf(", %s of the normal traffic (of %" PRIu32 " packets looked at)\n",
		       share_text(d->effect.normal_hit, d->effect.normal, normal), d->effect.normal);
	else
		printf("; what is normal is not known\n");
}

static void print_text(const struct filtered *found)
{
	char target[PREFIX_TEXT], attack[16], normal[16];
	const struct derive_result *r = &found->result;

	printf("%s on %s, up to %" PRIu64 " packets/s\n", vector_title(found->vector),
	       prefix_text(&found->target, target), found->pps);
	if (!found->known) {
		printf("  too few packets to derive a filter from\n");
		return;
	}
	for (size_t i = 0; i < r->count; i++)
		print_derived(&r->all[i]);
	if (r->likely)
		printf("  together: %s of the attack, %s of the normal traffic\n",
		       share_text(r->effect.attack_hit, r->effect.attack, attack),
		       share_text(r->effect.normal_hit, r->effect.normal, normal));
	if (r->likely && !r->good)
		printf("  likely: with so few packets of quiet times as were looked at, a customer in 1,000 may be lost\n");
	if (!r->likely)
		printf("  no good filter: nothing tells all of the attack from the normal traffic; the last line is\n"
		       "  the next best; or ask the provider (--format upstream)\n");
}

/* --- exports of each filter */

static void print_nft(const struct derived *d, const char *text)
{
	char trouble[FILTER_TROUBLE];
	struct filter_nft nft;

	if (filter_nft(&d->filter, &nft, trouble) != OK) {
		printf("# %s: %s\n", text, trouble);
		return;
	}
	for (size_t i = 0; i < nft.count; i++)
		if (d->verb == ACTION_LIMIT)
			printf("%s limit rate over %" PRIu32 "/second drop\n", nft.rules[i].text, d->limit);
		else
			printf("%s counter drop\n", nft.rules[i].text);
	filter_nft_free(&nft);
}

/* RFC 8955, 7.3: a rate is of bytes in GoBGP; a limit of packets is none of it. */
static void print_flowspec(const struct derived *d, const char *text)
{
	char trouble[FILTER_TROUBLE] = "a limit of packets is none of GoBGP's verdicts";
	struct filter_flowspec flow;

	if (d->verb == ACTION_DROP && filter_flowspec(&d->filter, &flow, trouble) == OK)
		printf("%s then discard\n", flow.gobgp);
	else
		printf("# %s: %s\n", text, trouble);
}

static void print_xdp(const struct derived *d)
{
	json_t *json = json_pack("{s:s}", "verb", action_verb_name(d->verb)), *rule = filter_json(&d->filter);

	if (d->verb == ACTION_LIMIT)
		json_object_set_new(json, "limit", json_integer(d->limit));
	json_object_update(json, rule);
	json_dumpf(json, stdout, JSON_COMPACT | JSON_PRESERVE_ORDER);
	putchar('\n');
	json_decref(rule);
	json_decref(json);
}

static void print_export(const struct derived *d, enum format format)
{
	static char bpf[FILTER_BPF];
	char text[FILTER_TEXT];

	filter_text(&d->filter, text);
	if (d->verb == ACTION_SYNCOOKIE)
		printf("# %s: no filter; SYN cookies tell the attack from customers\n", text);
	else if (format == FORMAT_NFT)
		print_nft(d, text);
	else if (format == FORMAT_FLOWSPEC)
		print_flowspec(d, text);
	else if (format == FORMAT_BPF)
		printf("%s\n", filter_bpf(&d->filter, bpf));
	else
		print_xdp(d);
}

static void print_fingerprint(const struct filtered *found)
{
	struct fingerprint_vector vectors[DERIVED_MAX];
	struct fingerprint all = { .target = found->target, .anonymous = true, .from = found->from,
				   .until = found->until, .vectors = vectors };
	json_t *json;

	for (size_t i = 0; i < found->result.count; i++) {
		const struct derived *d = &found->result.all[i];

		if (d->verb != ACTION_DROP || !d->effect.attack)
			continue;
		vectors[all.vector_count++] = (struct fingerprint_vector){
			.vector = found->vector,
			.filter = d->filter,
			.share = (double)d->effect.attack_hit / d->effect.attack,
			.from = found->from,
			.until = found->until,
		};
	}
	json = all.vector_count ? fingerprint_json(&all) : NULL;
	if (!json)
		return;
	json_dumpf(json, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
	putchar('\n');
	json_decref(json);
}

static void print_upstream(const struct filtered *found)
{
	static char text[UPSTREAM_TEXT];
	struct filter filters[DERIVED_MAX];
	struct upstream_note note = { .target = found->target, .vectors = &found->vector, .vector_count = 1,
				      .from = found->from, .now = found->until, .peak_pps = found->pps,
				      .peak_bps = found->bps, .filters = filters };

	_Static_assert(UPSTREAM_FILTERS >= DERIVED_MAX, "the letter has room for all");
	for (size_t i = 0; i < found->result.count; i++)
		if (found->result.all[i].verb == ACTION_DROP)
			filters[note.filter_count++] = found->result.all[i].filter;
	puts(upstream_text(&note, ENGLISH, text));
}

/* --- JSON */

static void json_effect(struct json *json, const struct effect *effect)
{
	json_put_object(json, "effect");
	json_put_uint(json, "attack", effect->attack);
	json_put_uint(json, "attack_hit", effect->attack_hit);
	json_put_uint(json, "normal", effect->normal);
	json_put_uint(json, "normal_hit", effect->normal_hit);
	json_close_object(json);
}

static void print_json(const struct filtered *found)
{
	struct json json = json_init(stdout);
	char text[FILTER_TEXT], time[TIME_TEXT];

	json_open_object(&json);
	json_put_string(&json, "target", prefix_text(&found->target, text));
	json_put_string(&json, "vector", vector_name(found->vector));
	json_put_string(&json, "from", time_rfc3339(found->from, time));
	json_put_string(&json, "until", time_rfc3339(found->until, time));
	json_put_uint(&json, "peak_pps", found->pps);
	json_put_bool(&json, "good", found->known && found->result.good);
	json_put_bool(&json, "likely", found->known && found->result.likely);
	json_put_array(&json, "filters");
	for (size_t i = 0; i < found->result.count; i++) {
		const struct derived *d = &found->result.all[i];

		json_open_object(&json);
		json_put_string(&json, "verb", action_verb_name(d->verb));
		json_put_string(&json, "filter", filter_text(&d->filter, text));
		if (d->verb == ACTION_LIMIT)
			json_put_uint(&json, "limit", d->limit);
		json_effect(&json, &d->effect);
		json_close_object(&json);
	}
	json_close_array(&json);
	json_effect(&json, &found->result.effect);
	json_close_object(&json);
	json_end_line(&json);
}

/* --- the command line */

static void print_found(const struct filtered *found, enum format format)
{
	switch (format) {
	case FORMAT_TEXT:
		print_text(found);
		break;
	case FORMAT_JSON:
		print_json(found);
		break;
	case FORMAT_DISSECTOR:
		print_fingerprint(found);
		break;
	case FORMAT_UPSTREAM:
		print_upstream(found);
		break;
	default:
		for (size_t i = 0; i < found->result.count; i++)
			print_export(&found->result.all[i], format);
	}
}

static bool format_parse(const char *name, enum format *format)
{
	for (unsigned i = 0; i < FORMATS; i++)
		if (strcmp(name, formats[i]) == 0) {
			*format = (enum format)i;
			return true;
		}
	return false;
}

static int wrong(const char *what, const char *word)
{
	fprintf(stderr, "hinomi filter: %s%s; see 'hinomi filter --help'\n", what, word);
	return 2;
}

static int filter_run(struct filters *filters, char **paths, size_t count, enum format format)
{
	if (!filters_read(filters, (const char *const *)paths, count)) {
		fprintf(stderr, "hinomi filter: not enough memory\n");
		return 2;
	}
	for (size_t i = 0; i < filters->count; i++)
		print_found(&filters->all[i], format);
	if (*filters->trouble)
		fprintf(stderr, "hinomi filter: %s\n", filters->trouble);
	if (filters->count == 0 && format == FORMAT_TEXT && !*filters->trouble)
		puts("no flood on us was found");
	if (fflush(stdout) != 0)
		fprintf(stderr, "hinomi filter: the filters could not be written: %s\n", strerror(errno));
	return *filters->trouble || ferror(stdout) ? 2 : filters->count > 0;
}

int cmd_filter(int argc, char **argv)
{
	static const struct option options[] = {
		{ "home", required_argument, NULL, 'H' },
		{ "format", required_argument, NULL, 'f' },
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	struct filters *filters = calloc(1, sizeof(*filters));
	enum format format = FORMAT_TEXT;
	int code, exit_code = -1;

	while (filters && exit_code < 0 && (code = getopt_long(argc, argv, ":H:f:h", options, NULL)) != -1) {
		if (code == 'h') {
			fputs(help, stdout);
			exit_code = 0;
		} else if (code == 'j') {
			format = FORMAT_JSON;
		} else if (code == ':') {
			exit_code = wrong("a value is missing behind ", argv[optind - 1]);
		} else if (code == '?') {
			exit_code = wrong("there is no option ", argv[optind - 1]);
		} else if (code == 'f' && !format_parse(optarg, &format)) {
			exit_code = wrong("there is no format ", optarg);
		} else if (code == 'H' && !option_home("filter", optarg, &filters->home)) {
			exit_code = 2;
		}
	}
	if (exit_code < 0 && optind == argc)
		exit_code = wrong("which capture? Name a file, or - for standard input", "");
	if (exit_code < 0)
		exit_code = filters ? filter_run(filters, argv + optind, (size_t)(argc - optind), format) : 2;
	free(filters);
	return exit_code;
}
