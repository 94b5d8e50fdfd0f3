/* words.c - facts about a run and about an incident, in plain words. */
#include "report/view.h"

static struct fact *fact_add(struct fact facts[VIEW_FACTS], unsigned *count, const char *label)
{
	struct fact *fact = &facts[*count];

	fact->label = label;
	fact->value[0] = '\0';
	(*count)++;
	return fact;
}

void view_severity(enum severity severity, char text[TEXT_NUMBER])
{
	static const char *const names[] = {"INFO", "NOTICE", "WARNING", "HIGH", "CRITICAL"};

	if (severity == SEVERITY_INFO) /* the same word in both languages */
		snprintf(text, TEXT_NUMBER, "%s", names[severity]);
	else
		snprintf(text, TEXT_NUMBER, "%s %s", names[severity], severity_japanese(severity));
}

const char *view_direction(enum direction direction)
{
	switch (direction) {
	case DIRECTION_INBOUND:
		return "from outside, against your network";
	case DIRECTION_OUTBOUND:
		return "from your network, against others";
	case DIRECTION_INTERNAL:
		return "inside your network";
	case DIRECTION_UNKNOWN:
		break;
	}
	return "between addresses that are not known to be yours";
}

static void entity_words(const struct entity *entity, uint64_t number, char *text, size_t size)
{
	char name[ENTITY_TEXT], about[TEXT_NUMBER];

	if (entity->kind == ENTITY_MANY && number > 1)
		text_append(text, size, "%s addresses", text_about(number, about));
	else if (entity->kind == ENTITY_NONE)
		text_append(text, size, "unknown");
	else
		text_append(text, size, "%s", entity_text(entity, name));
}

void view_parties(const struct incident *incident, char text[VIEW_TEXT])
{
	text[0] = '\0';
	entity_words(&incident->who, incident->sources, text, VIEW_TEXT);
	text_append(text, VIEW_TEXT, " → ");
	entity_words(&incident->whom, incident->targets, text, VIEW_TEXT);
}

/* The clock alone when the day is told already. */
static const char *time_words(usec_t t, usec_t told, char text[TIME_TEXT])
{
	char day[TIME_TEXT];

	time_human(t, text);
	time_human(told, day);
	return strncmp(text, day, sizeof("2024-05-01") - 1) == 0 ? strchr(text, ' ') + 1 : text;
}

static void facts_times(const struct incident *incident, struct fact facts[VIEW_FACTS],
			unsigned *count)
{
	char time[TIME_TEXT], span[TIME_TEXT];
	usec_t length = view_length(incident->opened, incident->closed);
	struct fact *fact;

	fact = fact_add(facts, count, "Began");
	text_append(fact->value, VIEW_TEXT, "%s", time_human(incident->opened, time));
	fact = fact_add(facts, count, "Peaked");
	text_append(fact->value, VIEW_TEXT, "%s",
		    time_words(incident->peaked, incident->opened, time));
	fact = fact_add(facts, count, incident->ongoing ? "Last seen" : "Ended");
	text_append(fact->value, VIEW_TEXT, "%s, %s %s",
		    time_words(incident->closed, incident->opened, time),
		    incident->ongoing ? "still going on after" : "after", time_span(length, span));
}

static void facts_sizes(const struct incident *incident, struct fact facts[VIEW_FACTS],
			unsigned *count)
{
	char packets[TEXT_NUMBER + 32], number[TEXT_NUMBER];
	struct fact *fact;

	if (incident->peak_pps > 0 || incident->peak_bps > 0) {
		fact = fact_add(facts, count, "At its peak");
		text_append(fact->value, VIEW_TEXT, "%s/s",
			    text_plural(incident->peak_pps, "packet", packets));
		text_append(fact->value, VIEW_TEXT, ", %s", text_bits(incident->peak_bps, number));
	}
	fact = fact_add(facts, count, "In all");
	text_append(fact->value, VIEW_TEXT, "%s, %s",
		    text_plural(incident->packets, "packet", packets),
		    text_bytes(incident->bytes, number));
	if (incident->sources > 1) {
		fact = fact_add(facts, count, "Sources");
		text_append(fact->value, VIEW_TEXT, "%s different addresses",
			    text_about(incident->sources, number));
	}
	if (incident->targets > 1) {
		fact = fact_add(facts, count, "Targets");
		text_append(fact->value, VIEW_TEXT, "%s different addresses",
			    text_about(incident->targets, number));
	}
}

static const char *confidence_words(uint8_t confidence)
{
	return confidence >= 90   ? "very sure"
	       : confidence >= 75 ? "sure"
	       : confidence >= 50 ? "fairly sure"
				  : "a suspicion, no more";
}

unsigned view_incident_facts(const struct incident *incident, struct fact facts[VIEW_FACTS])
{
	unsigned count = 0;
	struct fact *fact;

	facts_times(incident, facts, &count);
	facts_sizes(incident, facts, &count);
	fact = fact_add(facts, &count, "How sure");
	text_append(fact->value, VIEW_TEXT, "%s (%u of 100)",
		    confidence_words(incident->confidence), incident->confidence);
	if (incident->attack != NULL && incident->attack[0] != '\0') {
		fact = fact_add(facts, &count, "Catalogued as");
		text_append(fact->value, VIEW_TEXT,
			    "%s in MITRE ATT&CK, the public list of techniques", incident->attack);
	}
	return count;
}

static void fact_traffic(const struct run *run, struct fact *fact)
{
	usec_t length = view_length(run->first, run->last);
	char packets[TEXT_NUMBER + 32], number[TEXT_NUMBER];

	text_append(fact->value, VIEW_TEXT, "%s, %s", text_plural(run->frames, "packet", packets),
		    text_bytes(run->bytes, number));
	if (length >= USEC_PER_MS && run->bytes < UINT64_MAX / 8000)
		text_append(
			fact->value, VIEW_TEXT, "; %s on average",
			text_bits(run->bytes * 8000 / (uint64_t)(length / USEC_PER_MS), number));
}

/* "TCP 81 %, UDP 18 %, ICMP under 1 %": shares of all packets, those that occur. */
static void fact_kinds(const struct run *run, struct fact *fact)
{
	const struct {
		const char *name;
		uint64_t packets;
	} kinds[] = {
		{"TCP", run->tcp},     {"UDP", run->udp},  {"ICMP", run->icmp},
		{"other", run->other}, {"IPv4", run->ip4}, {"IPv6", run->ip6},
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		double share = (double)kinds[i].packets / (double)run->frames * 100;

		if (kinds[i].packets == 0)
			continue;
		if (fact->value[0] != '\0')
			text_append(fact->value, VIEW_TEXT, i == 4 ? "; " : ", ");
		if (share < 1)
			text_append(fact->value, VIEW_TEXT, "%s under 1 %%", kinds[i].name);
		else
			text_append(fact->value, VIEW_TEXT, "%s %d %%", kinds[i].name,
				    (int)(share + 0.5));
	}
}

static void fact_index(const struct run_index *index, struct fact *fact)
{
	char number[TEXT_NUMBER], plural[TEXT_NUMBER + 32], time[TIME_TEXT];

	if (!index->path) {
		text_append(fact->value, VIEW_TEXT, "none were looked up");
		return;
	}
	if (index->used)
		text_append(fact->value, VIEW_TEXT, "%s, built %s, from %.200s",
			    text_count(index->values, number), time_human(index->built, time),
			    index->path);
	else
		text_append(fact->value, VIEW_TEXT, "none were looked up; %.200s: %s", index->path,
			    index->trouble);
	if (index->taken > 0)
		text_append(fact->value, VIEW_TEXT, "; renewed meanwhile, %s",
			    text_plural(index->taken, "time", plural));
	if (index->used && index->trouble[0])
		text_append(fact->value, VIEW_TEXT, "; not renewed: %s", index->trouble);
}

unsigned view_run_facts(const struct run *run, struct fact facts[VIEW_FACTS])
{
	char time[TIME_TEXT], span[TIME_TEXT], number[TEXT_NUMBER];
	unsigned count = 0;
	struct fact *fact;

	fact_index(&run->index, fact_add(facts, &count, "Indicators"));
	if (run->frames == 0)
		return count;
	fact = fact_add(facts, &count, "Time");
	text_append(fact->value, VIEW_TEXT, "%s to ", time_human(run->first, time));
	text_append(fact->value, VIEW_TEXT, "%s (%s)", time_words(run->last, run->first, time),
		    time_span(view_length(run->first, run->last), span));
	fact_traffic(run, fact_add(facts, &count, "Traffic"));
	fact_kinds(run, fact_add(facts, &count, "Made of"));
	fact = fact_add(facts, &count, "Conversations");
	text_append(fact->value, VIEW_TEXT, "%s seen", text_count(run->flows, number));
	text_append(fact->value, VIEW_TEXT, ", %s at one time at most",
		    text_count(run->flows_peak, number));
	if (run->one_way) {
		fact = fact_add(facts, &count, "Directions");
		text_append(fact->value, VIEW_TEXT,
			    "one of nearly all conversations: whether packets were asked for or "
			    "answered is not always known");
	}
	if (run->memory_limit > 0) {
		fact = fact_add(facts, &count, "Memory");
		text_append(fact->value, VIEW_TEXT, "tables bounded to %s",
			    text_bytes(run->memory_limit, number));
	}
	return count;
}

void view_input(const struct input *input, char text[VIEW_TEXT])
{
	char frames[TEXT_NUMBER + 32], bytes[TEXT_NUMBER];

	snprintf(text, VIEW_TEXT, "%s, %s%s", text_plural(input->frames, "packet", frames),
		 text_bytes(input->bytes, bytes), input->ok ? "" : ", not read as a whole");
}

void view_home(const struct home *home, char prefixes[VIEW_TEXT], char why[VIEW_TEXT])
{
	char text[PREFIX_TEXT];

	prefixes[0] = '\0';
	for (size_t i = 0; i < home->count; i++) {
		if (strlen(prefixes) + PREFIX_TEXT + 20 > VIEW_TEXT) {
			text_append(prefixes, VIEW_TEXT, " and %zu more", home->count - i);
			break;
		}
		text_append(prefixes, VIEW_TEXT, "%s%s", i > 0 ? ", " : "",
			    prefix_text(&home->prefixes[i], text));
	}
	if (home->count == 0)
		snprintf(prefixes, VIEW_TEXT, "unknown, so no direction could be told");
	snprintf(why, VIEW_TEXT, "%s%s",
		 home->inferred ? "Not told, but inferred: " : "As told by you.",
		 home->inferred ? home->reason : "");
	if (home->count == 0 && !home->inferred)
		snprintf(why, VIEW_TEXT, "Tell it with --home, for example --home 203.0.113.0/24.");
}

const char *view_gloss(const struct incident *incident)
{
	switch (incident->vector) {
	case VECTOR_SYN:
		return "Requests to open a connection (SYN) that are never completed, to use up "
		       "what "
		       "the server keeps for each.";
	case VECTOR_SYNACK:
		return "Answers to connections that were never asked for: someone sends requests "
		       "to "
		       "servers elsewhere under a forged address.";
	case VECTOR_RST:
	case VECTOR_ACK:
	case VECTOR_FIN:
		return "TCP packets that belong to no conversation, sent to keep firewalls and "
		       "servers "
		       "busy with looking them up.";
	case VECTOR_XMAS:
	case VECTOR_NULLFLAGS:
		return "TCP packets with flags that no honest program sends.";
	case VECTOR_UDP:
		return "UDP packets in masses, to fill the line.";
	case VECTOR_ICMP:
		return "Ping and other control messages in masses, to fill the line.";
	case VECTOR_FRAGMENT:
		return "Pieces of packets that the receiver must keep until the rest comes.";
	case VECTOR_GRE:
	case VECTOR_PROTO:
		return "Packets of a kind that the target has no use for, to fill the line.";
	case VECTOR_HTTP:
		return "Web page requests in masses, to keep the web server busy.";
	case VECTOR_NONE:
	case VECTOR_COUNT:
		return "";
	default:
		return "Large answers to questions that the target never asked: someone asks open "
		       "servers elsewhere under the target's forged address.";
	}
}
