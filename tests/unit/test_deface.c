/* test_deface.c - what is usual is learned, forgotten and approved; verdicts and their words. */
#include "deface/usual.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define DAY ((usec_t)86400 * USEC_PER_SEC)

/* A page of a town; `news` and `more` are put into it. */
static struct look *town(const char *title, const char *news, const char *more)
{
	char html[4096];
	struct page page = { .type = "text/html; charset=utf-8", .url = "https://www.town.example.jp/", .status = 200 };
	struct look *look;

	snprintf(html, sizeof(html),
		 "<html lang=en><head><title>%s</title></head><body><ul><li><a href=/a>About the town</a><li><a "
		 "href=/b>Services"
		 " of the town</a><li><a href=/c>Contact and access</a><li><a href=/d>Privacy "
		 "policy</a></ul><h1>Northtown</h1>"
		 "<p>Welcome to the page of our town, where we have lived by the sea for more than five hundred "
		 "years.</p>"
		 "<p>%s</p>%s<p>All rights are reserved by the town. Do not copy without asking us "
		 "first.</p></body></html>",
		 title, news, more);
	page.body = text_span(html);
	look = look_new(&page);
	assert_non_null(look);
	return look;
}

static struct look *other_page(const char *html, unsigned status)
{
	struct page page = { .body = text_span(html),
			     .type = "text/html; charset=utf-8",
			     .url = "https://www.town.example.jp/",
			     .status = status };
	struct look *look = look_new(&page);

	assert_non_null(look);
	return look;
}

static char *learn(char *usual, struct look *look, usec_t at)
{
	char *learned = usual_learn(usual ? usual : "", look, at);

	assert_non_null(learned);
	assert_true(strlen(learned) < USUAL_JSON);
	look_free(look);
	free(usual);
	return learned;
}

static char *learned_town(void)
{
	static const char *const news[] = { "The library is open on Sunday.", "Road works begin at the harbour.",
					    "The mayor thanks all helpers of the summer feast." };
	char *usual = NULL;

	for (unsigned day = 0; day < 10; day++)
		usual = learn(usual, town("Northtown", news[day % 3], ""), 1000 * DAY + day * DAY);
	return usual;
}

static struct deface_finding judged(const char *usual, struct look *look)
{
	struct deface_finding finding;

	assert_int_equal(deface_judge(usual, look, &finding), OK);
	look_free(look);
	return finding;
}

static bool says(const struct deface_finding *finding, const char *what)
{
	for (unsigned n = 0; n < finding->why_count; n++)
		if (!strcmp(finding->why[n].what, what))
			return true;
	return false;
}

static void news_are_usual(void **state)
{
	char *usual = learned_town();
	struct deface_finding finding = judged(usual,
					       town("Northtown", "A new ferry crosses the bay twice a day.", ""));

	(void)state;
	assert_int_equal(finding.verdict, DEFACE_USUAL);
	assert_int_equal(finding.level, LEVELS);
	free(usual);
}

static void a_replaced_page_is_defaced_and_says_what_was_there(void **state)
{
	char *usual = learned_town();
	struct deface_finding finding = judged(
		usual, other_page("<title>Hacked by x</title><body bgcolor=black><h1>Hacked by x</h1></body>", 200));

	(void)state;
	assert_int_equal(finding.verdict, DEFACED);
	assert_int_equal(finding.level, LEVEL_NORMAL);
	assert_true(says(&finding, "phrase"));
	assert_true(says(&finding, "title"));
	assert_true(says(&finding, "text"));
	for (unsigned n = 0; n < finding.why_count; n++) {
		assert_true(*finding.why[n].en && *finding.why[n].ja);
		if (!strcmp(finding.why[n].what, "title")) {
			assert_string_equal(finding.why[n].before, "Northtown");
			assert_string_equal(finding.why[n].after, "Hacked by x");
		}
	}
	assert_non_null(strstr(finding.say_en, "defaced"));
	assert_non_null(strstr(finding.say_ja, "改ざん"));
	free(usual);
}

static void who_reads_a_page_for_the_first_time_knows_only_words(void **state)
{
	struct deface_finding finding = judged("", town("Northtown", "Nothing is new.", ""));

	(void)state;
	assert_int_equal(finding.verdict, DEFACE_USUAL);
	finding = judged("", other_page("<h1>H4ck3d by x</h1>", 200));
	assert_int_equal(finding.verdict, DEFACED);
}

static void pages_out_of_order_are_not_defaced(void **state)
{
	char *usual = learned_town();
	struct deface_finding finding = judged(usual, other_page("<h1>Under maintenance</h1><p>Until six.</p>", 503));

	(void)state;
	assert_int_equal(finding.verdict, DEFACE_CHANGED);
	finding = judged(usual, other_page("<title>Index of /</title><h1>Index of /</h1><pre>a.zip</pre>", 200));
	assert_int_equal(finding.verdict, DEFACE_SUSPICIOUS);
	assert_non_null(strstr(finding.say_en, "list of files"));
	/* it only says that it is out of order */
	finding = judged(usual, other_page("<h1>Under maintenance</h1><h2>Hacked by x</h2>", 503));
	assert_int_equal(finding.verdict, DEFACED);
	free(usual);
}

static void a_new_design_is_at_most_suspicious_until_it_is_approved(void **state)
{
	static const char design[] =
		"<html lang=en><title>Northtown - welcome</title><script "
		"src=https://cdn.design.example/app.js></script><div><div>"
		"<span><a href=/1>Living here</a></span><span><a href=/2>Doing business</a></span><span><a "
		"href=/3>Visiting us</a>"
		"</span><span><a href=/4>Ask the "
		"office</a></span></div></div><main><section><article><h2>Northtown</h2><p>We made a "
		"new page with everything that you were looking for, and nothing that you were "
		"not.</p></article></section></main>";
	char *usual = learned_town(), *approved;
	struct look *look = other_page(design, 200);
	struct deface_finding finding;

	(void)state;
	assert_int_equal(deface_judge(usual, look, &finding), OK);
	assert_true(finding.verdict == DEFACE_CHANGED || finding.verdict == DEFACE_SUSPICIOUS);
	approved = usual_approve(usual, look, 1011 * DAY);
	assert_int_equal(deface_judge(approved, look, &finding), OK);
	assert_int_equal(finding.verdict, DEFACE_USUAL);
	look_free(look);
	finding = judged(approved, other_page("<title>Pwned by x</title><h1>Pwned by x</h1>", 200));
	assert_int_equal(finding.verdict, DEFACED);
	free(usual);
	free(approved);
}

static void what_stood_there_when_it_was_approved_is_no_claim(void **state)
{
	static const char story[] = "<h3>Hacked by teenagers: our town in the year 2019</h3>";
	char *usual = learned_town(), *approved;
	struct look *look = town("Northtown", "Nothing is new.", story);
	struct deface_finding finding;

	(void)state;
	assert_int_equal(deface_judge(usual, look, &finding), OK);
	assert_int_equal(finding.verdict, DEFACED);
	approved = usual_approve(usual, look, 1011 * DAY);
	look_free(look);
	finding = judged(approved, town("Northtown", "The ferry is late.", story));
	assert_int_equal(finding.verdict, DEFACE_USUAL);
	free(usual);
	free(approved);
}

static void looking_often_teaches_no_faster(void **state)
{
	char *usual = learned_town();
	struct usual *after;
	struct look *look = town("Northtown", "This sentence stands here for one single hour only.", "");
	struct weighed *block = NULL;

	(void)state;
	for (unsigned minute = 0; minute < 60; minute++) {
		char *next = usual_learn(usual, look, 1009 * DAY + minute * 60 * USEC_PER_SEC);

		free(usual);
		usual = next;
	}
	after = usual_open(usual, NULL);
	for (unsigned n = 0; n < look->block_count; n++)
		if (strstr(look->blocks[n].shown, "one single hour"))
			block = weighed_find(&after->blocks, look->blocks[n].hash);
	assert_non_null(block);
	assert_true(block->weight < WEIGHT_WHOLE / 100); /* an hour of fourteen days is 0.3 % */
	usual_free(after);
	look_free(look);
	free(usual);
}

static void strangers_are_told_where_none_come_and_go(void **state)
{
	char *usual = learned_town();
	struct deface_finding finding = judged(
		usual, town("Northtown", "Nothing is new.", "<script src=//evil.example/x.js></script>"));

	(void)state;
	assert_int_equal(finding.verdict, DEFACE_SUSPICIOUS);
	assert_true(says(&finding, "script_host"));
	finding = judged(usual, town("Northtown", "Nothing is new.",
				     "<script src=https://www.googletagmanager.com/gtag.js></script>"));
	assert_int_equal(finding.verdict, DEFACE_USUAL);
	free(usual);
	usual = NULL;
	for (unsigned day = 0; day < 10; day++) {
		char more[128];

		snprintf(more, sizeof(more), "<script src=//x.ads%u.example/x.js></script>", day);
		usual = learn(usual, town("Northtown", "Nothing is new.", more), 1000 * DAY + day * DAY);
	}
	finding = judged(usual, town("Northtown", "Nothing is new.", "<script src=//x.ads99.example/x.js></script>"));
	assert_int_equal(finding.verdict, DEFACE_USUAL);
	free(usual);
}

/* The town's page with another heading, another first sentence and a picture. */
static struct look *town_with(const char *title, const char *heading, const char *sentence, const char *picture)
{
	static char html[4096];

	snprintf(html, sizeof(html),
		 "<title>%s</title><img src=%s><ul><li><a href=/a>About the town</a><li><a href=/b>Services</a><li><a "
		 "href=/c>Contact"
		 "</a><li><a href=/d>Privacy policy</a></ul><h1>%s</h1><div class=lead>%s</div><p>We have lived by the "
		 "sea for more "
		 "than five hundred years, and look forward to your visit.</p><p>All rights are reserved by the "
		 "town.</p>",
		 title, picture, heading, sentence);
	return other_page(html, 200);
}

static void a_strange_text_where_nothing_ever_changed_is_told(void **state)
{
	static const char own[] = "Welcome to our town by the sea.";
	struct deface_finding finding;
	char *usual = NULL;

	(void)state;
	for (unsigned day = 0; day < 20; day++)
		usual = learn(usual, town_with("Northtown", "Northtown", own, "/a.jpg"), 1000 * DAY + day * DAY);
	finding = judged(usual, town_with("Northtown", "Northtown", "Your mayor is a corrupt liar.", "/a.jpg"));
	assert_int_equal(finding.verdict, DEFACE_SUSPICIOUS);
	assert_true(says(&finding, "phrase") && says(&finding, "text"));
	finding = judged(usual,
			 town_with("Northtown", "Northtown", "The town hall has moved to Elm Street.", "/a.jpg"));
	assert_int_equal(finding.verdict, DEFACE_USUAL);
	finding = judged(usual, town_with("Northtown", "Northtown", own, "https://pics.example/f.jpg"));
	assert_int_equal(finding.verdict, DEFACE_SUSPICIOUS);
	finding = judged(usual, town_with("Northtown", "Northtown", own, "/b.jpg"));
	assert_int_equal(finding.verdict, DEFACE_USUAL);
	finding = judged(usual, town_with("Crimson Wolves", "Northtown", own, "/a.jpg"));
	assert_int_equal(finding.verdict, DEFACE_SUSPICIOUS);
	finding = judged(usual, town_with("Northtown by the sea", "Northtown", own, "/a.jpg"));
	assert_int_equal(finding.verdict, DEFACE_USUAL);
	free(usual);
}

/* Somebody's older program learned the page: what only the new one sees was always there, for all it knows. */
static void what_was_learned_long_ago_raises_no_alarm(void **state)
{
	static const char more[] =
		"<style>body>*{display:none}</style><div style='height:0;overflow:hidden'><a href=https://a.example/>"
		"a</a><a href=https://b.example/>b</a></div><a href=https://c.example/c.exe>c</a>"
		"<p>Murderers and traitors pay to bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq</p>";
	char *usual = learned_town(), *mark;
	struct deface_finding finding = judged(usual, town("Northtown", "Nothing is new.", more));

	(void)state;
	assert_int_equal(finding.verdict, DEFACED);
	mark = strstr(usual, "\"versed\":true");
	assert_non_null(mark);
	memcpy(mark, "\"versed\":null", 13);
	finding = judged(usual, town("Northtown", "Nothing is new.", more));
	assert_true(finding.verdict <= DEFACE_CHANGED);
	free(usual);
}

/* Where a new sentence comes every few days, harsh words are news. */
static void what_is_said_where_news_come_is_news(void **state)
{
	static const char *const news[] = { "Dictator flees", "Enemies of the regime in prison", "Traitors sought",
					    "Fair on Sunday" };
	struct deface_finding finding;
	char *usual = NULL;

	(void)state;
	for (unsigned day = 0; day < 20; day++)
		usual = learn(usual, town_with("Northtown", "Northtown", news[day % 4], "/a.jpg"),
			      1000 * DAY + day * DAY);
	finding = judged(usual, town_with("Northtown", "Northtown", "Murderers confess to a massacre", "/a.jpg"));
	assert_true(finding.verdict <= DEFACE_CHANGED);
	free(usual);
}

static void what_was_learned_comes_back_as_it_was(void **state)
{
	char *usual = learned_town(), *again;
	struct usual *read = usual_open(usual, NULL);

	(void)state;
	assert_non_null(read);
	assert_int_equal(read->looks, 10);
	again = usual_json(read);
	assert_string_equal(usual, again);
	usual_free(read);
	free(again);
	free(usual);
}

static void what_is_no_usual_is_told(void **state)
{
	struct look *look = town("Northtown", "Nothing is new.", "");
	struct deface_finding finding = { .confidence = 7 };

	(void)state;
	assert_int_equal(deface_judge("{", look, &finding), ERR_FORMAT);
	assert_int_equal(deface_judge("{\"usual\":2}", look, &finding), ERR_FORMAT);
	assert_int_equal(finding.confidence, 7);
	look_free(look);
}

static void titles_are_alike_where_a_name_is_in_both(void **state)
{
	(void)state;
	assert_true(title_likeness("Northtown", "Northtown - news of 3 May") > 0.5);
	assert_true(title_likeness("はまなす銀行 | 個人のお客さま", "はまなす銀行") > 0.5);
	assert_true(title_likeness("Northtown", "Hacked by x") < 0.35);
	assert_true(title_likeness("北浜町役場", "このサイトはハッキングされました") < 0.35);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(news_are_usual),
		cmocka_unit_test(a_replaced_page_is_defaced_and_says_what_was_there),
		cmocka_unit_test(who_reads_a_page_for_the_first_time_knows_only_words),
		cmocka_unit_test(pages_out_of_order_are_not_defaced),
		cmocka_unit_test(a_new_design_is_at_most_suspicious_until_it_is_approved),
		cmocka_unit_test(what_stood_there_when_it_was_approved_is_no_claim),
		cmocka_unit_test(looking_often_teaches_no_faster),
		cmocka_unit_test(strangers_are_told_where_none_come_and_go),
		cmocka_unit_test(a_strange_text_where_nothing_ever_changed_is_told),
		cmocka_unit_test(what_was_learned_long_ago_raises_no_alarm),
		cmocka_unit_test(what_is_said_where_news_come_is_news),
		cmocka_unit_test(what_was_learned_comes_back_as_it_was),
		cmocka_unit_test(what_is_no_usual_is_told),
		cmocka_unit_test(titles_are_alike_where_a_name_is_in_both),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
