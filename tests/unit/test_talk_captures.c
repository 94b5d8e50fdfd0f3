/*
 * test_talk_captures.c - the stream parsers on real captures, against what tshark 4.0 shows of them
 * (-Y http.request, http.response with http.desegment_body:FALSE, smtp, imf, ftp.response.code,
 * ssh.kex.hassh, -z follow,tcp,ascii).
 *
 * The captures lie in the folder named by HINOMI_SHARED_DATA; without it the test is skipped with a
 * notice.
 */
#include "talk_capture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#ifndef HINOMI_SOURCE_ROOT
#define HINOMI_SOURCE_ROOT "."
#endif

static const struct {
	const char *capture;
	const char *told; /* the beginning of a line, or a part that begins with a space */
	size_t lines;
} cases[] = {
	{"VishwaPrabhakar__goldeneye.pcap", "http 0 method=", 431},
	{"chrissanders__arppoison.pcapng", "http 200 method=", 12},
	{"chrissanders__arppoison.pcapng", "http 204 method=", 3},
	{"markofu__Forensic_challenge_4.pcap", "http 304 method=", 55},
	{"markofu__Forensic_challenge_4.pcap", "http 200 method=", 30},
	{"markofu__Forensic_challenge_4.pcap", "http 401 method=", 2},
	{"ntop__WebattackSQLinj.pcap", "http 200 method=", 9},
	{"ntop__alexa-app.pcapng", "http 200 method=", 18},
	{"ntop__netflix.pcap", "http 200 method=", 24},
	{"ntop__netflix.pcap", "http 206 method=", 8},
	{"snort3__sessions_100conn_10cps_10sec.pcap", "http 0 method=", 100},
	{"seladb__one_ipv6_http_stream.pcap", "http 200 method=", 3},
	{"zeek__bruteforce.pcap", "login refused", 30},
	{"ntop__imap.pcap", "login accepted user=samir password\n", 1},
	{"ntop__telnet.pcap", "login accepted user=fake password\n", 1},
	{"snort3__ftp_active_get_eicar.pcap",
	 "ftp retrieve active 4.4.4.20 port 51196 path=eicar.txt\n", 1},
	{"arkime__gre-sample.pcap",
	 " client_version=2.0 server_version=1.99 hassh=5ef6678a6b060094834599ca16581b05 "
	 "hassh_server=6e3242d64766f4154c11858bbd654415\n",
	 1},
	{"zeek__smtp.pcap", "login accepted user=gurpartap@patriots.in password\n", 1},
	{"zeek__smtp.pcap",
	 "smtp helo=GP from=gurpartap@patriots.in to=raj_deol2002in@yahoo.co.in subject=SMTP "
	 "id=<000301ca4581$ef9e57f0$cedb07d0$@in> 1/0 accepted ",
	 1},
	{"zeek__smtp.pcap", " id=<A6202DF2-8E58-4E41-BE0B-C8D3989A4AEE@example.com> 3/0 accepted ",
	 1},
	{"arkime__smtp-zip.pcap", "message-end accepted\n", 1},
};

static size_t count(const char *told, const char *what)
{
	size_t lines = 0;

	for (const char *p = told; (p = strstr(p, what)); p++)
		lines += *what == ' ' || p == told || p[-1] == '\n';
	return lines;
}

static void test_like_tshark(void **state)
{
	const char *shared = getenv("HINOMI_SHARED_DATA");
	size_t looked = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char path[4096], *told = NULL;
		size_t len = 0, lines;
		FILE *out;

		snprintf(path, sizeof(path), "%s/captures/%s",
			 shared ? shared : HINOMI_SOURCE_ROOT "/../shared/data", cases[i].capture);
		if (access(path, R_OK) != 0)
			continue;
		out = open_memstream(&told, &len);
		assert_true(talk_capture(path, out) > 0);
		fclose(out);
		assert_null(strstr(told, "BROKEN"));
		lines = count(told, cases[i].told);
		free(told);
		if (lines != cases[i].lines)
			fail_msg("%s: %s: %zu lines, not %zu", cases[i].capture, cases[i].told,
				 lines, cases[i].lines);
		looked++;
	}
	if (!looked) {
		print_message("NOTICE: no captures; set HINOMI_SHARED_DATA\n");
		skip();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_like_tshark),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
