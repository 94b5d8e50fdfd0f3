#!/usr/bin/env python3
"""pages - made-up web sites over thirty days, and what defacers and their own webmasters do to them.

    tests/scenario/pages.py FOLDER [--set NAME] [--days N]

Writes one file a page and FOLDER/list.tsv: site, URL, day, kind ("ordinary", the name of a change, the name of a
defacement), file, Content-Type, status. The same arguments always give the same bytes. tests/golden/run-deface reads it.
The second and third set were written after the points of src/deface/ were fixed: other layouts, other attackers.
"""
import argparse
import base64
import datetime
import importlib
import os
import random
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from page_words import SECURITY, WORDS  # noqa: E402

SETS = ["first", "second", "third", "fourth", "fifth"]
BEGIN = datetime.date(2026, 5, 1)
AD_HOSTS = [f"ads{n}.adnet-{c}.example" for c in "abc" for n in range(1, 5)]


class News:
    """Items of news, of which one or two are new each day."""

    def __init__(self, site):
        self.site, self.items, self.rng = site, [], random.Random(site.name + "news")
        for day in range(-8, 0):
            self.add(day)

    def add(self, day):
        words, rng = WORDS[self.site.lang], self.rng
        date = (BEGIN + datetime.timedelta(days=day)).strftime("%Y-%m-%d")
        fill = {"thing": rng.choice(words["things"]), "doer": rng.choice(words["doers"]),
                "place": rng.choice(words["places"]), "date": date}
        head, text = words["head"], words["text"]
        if self.site.security and rng.random() < self.site.security:
            head, text = rng.choice(SECURITY[self.site.lang])
        self.items.insert(0, (date, head.format(**fill), text.format(**fill), rng.randrange(10000)))

    def day(self, day):
        for _ in range(self.rng.choice(self.site.rate)):
            self.add(day)
        return self.items[:self.site.shown]


class Site:
    def __init__(self, name, lang, host, org, layout, **more):
        self.name, self.lang, self.host, self.org, self.layout = name, lang, host, org, layout
        self.charset = more.get("charset", "utf-8")
        self.rate, self.shown = more.get("rate", [0, 0, 1]), more.get("shown", 6)
        self.security, self.ads, self.title = more.get("security", 0), more.get("ads", 0), more.get("title", org)
        self.third = more.get("third", ["www.googletagmanager.com"])
        self.news = News(self)
        self.rng = random.Random(name)

    def url(self):
        return f"https://{self.host}/"

    def type(self):
        return "text/html" if self.charset == "meta-sjis" else f"text/html; charset={self.charset}"

    def encode(self, text):
        return text.encode({"meta-sjis": "cp932"}.get(self.charset, self.charset), errors="replace")


def date_of(day):
    return (BEGIN + datetime.timedelta(days=day)).strftime("%Y-%m-%d")


def menu(site, item="<li><a href=\"/{n}/\">{text}</a></li>"):
    return "\n".join(item.format(n=n, text=text) for n, text in enumerate(WORDS[site.lang]["menu"]))


def scripts(site):
    tags = [f'<script async src="https://{host}/tag.js?id=UA-{len(site.name)}01"></script>' for host in site.third]
    return "\n".join(tags) + ("\n<script>window.dataLayer=window.dataLayer||[];function gtag(){dataLayer.push(arguments)}"
                              "gtag('js',new Date());</script>" if tags else "")


def advertisement(site, rng, n):
    host = rng.choice(AD_HOSTS)
    return (f'<div class="ad"><script src="https://{host}/show.js?slot={rng.randrange(999)}"></script>'
            f'<iframe src="https://{host}/frame?{rng.randrange(10**6)}" width="300" height="250"></iframe>'
            f'<a href="https://{host}/click"><img src="https://{host}/b{rng.randrange(90)}.gif" alt="PR {n}"></a></div>')


# --- layouts ---

def layout_modern(site, day, rng, items):
    words = WORDS[site.lang]
    cards = "\n".join(f'<article class="card"><time datetime="{d}">{d}</time><h3><a href="/news/{k}.html">{h}</a></h3>'
                      f"<p>{t}</p><a class=more href=\"/news/{k}.html\">{words['more']}</a></article>" for d, h, t, k in items)
    ads = "\n".join(advertisement(site, rng, n) for n in range(site.ads))
    return f"""<!DOCTYPE html>
<html lang="{site.lang}"><head><meta charset="utf-8"><title>{site.title}</title>
<meta name="description" content="{words['about']}"><link rel="stylesheet" href="/assets/site.css?v={day // 9}">
{scripts(site)}</head>
<body class="home"><header><a href="/"><img src="/assets/logo.svg" alt="{site.org}"></a><nav><ul>{menu(site)}</ul></nav>
<form action="/search"><input name="q" placeholder="{words['search']}"><button>{words['search']}</button></form></header>
<main><section class="hero"><h1>{site.org}</h1><p>{words['about']}</p>
<img src="/assets/hero{day % 5}.jpg" alt=""></section>
<section id="news"><h2>{words['news']}</h2>{cards}</section>{ads}</main>
<footer><ul>{menu(site)}</ul><p>{words['foot']}</p><small>&copy; 2026 {site.org}</small></footer>
<script nonce="{rng.randrange(10**9)}">document.querySelector('nav').classList.add('ready');var t={rng.randrange(10**9)};</script>
</body></html>"""


def layout_table(site, day, rng, items):
    """As small town halls still have it: tables, a counter, an update line."""
    words = WORDS[site.lang]
    charset = {"meta-sjis": "Shift_JIS"}.get(site.charset, site.charset)
    rows = "\n".join(f'<tr><td width="90"><font size="2">{d}</font></td><td><a href="news{k}.htm">{h}</a></td></tr>'
                     for d, h, _, k in items)
    return f"""<HTML><HEAD><META http-equiv="Content-Type" content="text/html; charset={charset}">
<TITLE>{site.title}</TITLE></HEAD>
<BODY bgcolor="#ffffff" text="#333333"><CENTER><TABLE width="760" border="0"><TR><TD colspan="2">
<IMG src="img/top.gif" alt="{site.org}"></TD></TR><TR><TD valign="top" width="160">
{menu(site, '<A href="{n}.htm">{text}</A><BR>')}</TD><TD valign="top"><H2>{site.org}</H2><P>{words['about']}</P>
<TABLE border="1" cellpadding="4">{rows}</TABLE><P><FONT color="#ff0000">{words['news']} ({date_of(day)})</FONT></P>
<P>{words['foot']}</P><IMG src="cgi-bin/count.cgi?{rng.randrange(10**5)}" alt="{12000 + day * 37 + rng.randrange(30)}">
</TD></TR></TABLE></CENTER></BODY></HTML>"""


def layout_shop(site, day, rng, items):
    words = WORDS[site.lang]
    stock = random.Random(site.name + "stock")
    goods = [(n, stock.choice(words["things"]), stock.randrange(800, 20000)) for n in range(40)]
    shown = rng.sample(goods, 12)
    cells = "\n".join(f'<li class="item"><a href="/item/{n}"><img src="/i/{n}.webp" alt="{t}"><span>{t} {n}</span>'
                      f'<b>{price * (90 if (n + day) % 7 == 0 else 100) // 100:,}</b></a></li>' for n, t, price in shown)
    news = "".join(f"<dt>{d}</dt><dd><a href=\"/info/{k}\">{h}</a></dd>" for d, h, _, k in items[:3])
    ads = "\n".join(advertisement(site, rng, n) for n in range(site.ads))
    return f"""<!doctype html><html lang="{site.lang}"><head><meta charset="{site.charset}"><title>{site.title}</title>
<link rel="stylesheet" href="/theme/{day // 12}.css">{scripts(site)}
<script type="application/ld+json">{{"@type":"Store","name":"{site.org}"}}</script></head><body>
<div id="bar">{words['search']}: <form action="/find"><input name=w></form><a href="/cart">({rng.randrange(3)})</a></div>
<h1><a href="/">{site.org}</a></h1><ul class="menu">{menu(site)}</ul><div class="banner"><a href="/sale"><img
 src="/b/{rng.randrange(6)}.jpg" alt="SALE"></a></div><ul class="goods">{cells}</ul><dl>{news}</dl>{ads}
<div class="foot"><p>{words['about']}</p><p>{words['foot']}</p><ul>{menu(site)}</ul></div></body></html>"""


def layout_blog(site, day, rng, items):
    words = WORDS[site.lang]
    posts = "\n".join(f'<div class="post" id="post-{k}"><h2><a href="/?p={k}">{h}</a></h2><div class="meta">{d}</div>'
                      f'<div class="entry"><p>{t}</p><p>{words["about"]}</p></div></div>' for d, h, t, k in items[:5])
    return f"""<!DOCTYPE html><html lang="{site.lang}"><head><meta charset="UTF-8"><title>{site.title}</title>
<meta name="generator" content="WordPress 6.5"><link rel="stylesheet" href="/wp-content/themes/t/style.css">
{scripts(site)}</head><body class="blog"><div id="page"><div id="masthead"><h1><a href="/">{site.org}</a></h1>
<p class="tagline">{words['about']}</p></div><div id="content">{posts}</div><div id="sidebar"><ul>{menu(site)}</ul>
<h4>{words['news']}</h4><ul>{"".join(f'<li><a href="/?p={k}">{h}</a></li>' for _, h, _, k in items)}</ul></div>
<div id="footer"><p>{words['foot']}</p></div></div><script src="/wp-includes/js/jquery.js"></script></body></html>"""


def layout_single(site, day, rng, items):
    """A small company: one page that hardly changes."""
    words = WORDS[site.lang]
    return f"""<!DOCTYPE html><html lang="{site.lang}"><head><meta charset="{site.charset}"><title>{site.title}</title>
<style>body{{font-family:sans-serif;background:#fafafa;color:#222}}.top{{background:#036}}</style>{scripts(site)}</head>
<body><div class="top"><h1>{site.org}</h1></div><ul>{menu(site, '<li><a href="/{n}.php">{text}</a></li>')}</ul>
<p>{words['about']}</p><p>{items[0][2] if day > 20 else items[-1][2]}</p><div class="map"><iframe
 src="https://www.google.com/maps/embed?pb=1" width="400" height="300"></iframe></div><p>{words['foot']}</p>
<p>TEL 03-0000-{1000 + len(site.name)}</p></body></html>"""


LAYOUTS = {"modern": layout_modern, "table": layout_table, "shop": layout_shop, "blog": layout_blog,
           "single": layout_single}


def first_sites():
    busy = {"rate": [2, 3, 5], "shown": 12}
    return [
        Site("ministry-en", "en", "www.ministry.example", "Ministry of Harbours", "modern", rate=[0, 1, 1]),
        Site("ministry-ja", "ja", "www.kowan.example.jp", "港湾省", "modern", rate=[0, 1, 2], third=[]),
        Site("town-ja", "ja", "www.town.example.jp", "北浜町役場", "table", charset="meta-sjis", third=[]),
        Site("town-eucjp", "ja", "www.mura.example.jp", "南山村ホームページ", "table", charset="euc-jp", third=[]),
        Site("bank-ja", "ja", "www.bank.example.co.jp", "はまなす銀行", "modern", title="はまなす銀行 | 個人のお客さま"),
        Site("bank-de", "de", "www.bank.example.de", "Sparbank Weststadt", "modern"),
        Site("hospital-ja", "ja", "hospital.example.or.jp", "青葉総合病院", "blog"),
        Site("hospital-en", "en", "hospital.example.org", "Millbrook City Hospital", "blog", rate=[0, 0, 0, 1]),
        Site("shop-ja", "ja", "shop.example.com", "雑貨のハル", "shop", rate=[0, 1], ads=1),
        Site("shop-en", "en", "store.example.com", "Elm Street Outfitters", "shop", ads=0),
        Site("shop-zh", "zh", "shop.example.cn", "海风商店", "shop"),
        Site("shop-ko", "ko", "shop.example.kr", "바다 상점", "shop"),
        Site("newspaper-en", "en", "news.example.net", "The Harbour Gazette", "modern", ads=3, security=0.1, **busy),
        Site("newspaper-ja", "ja", "news.example.ne.jp", "北浜新聞", "modern", ads=3, security=0.1, **busy),
        Site("newspaper-fr", "fr", "journal.example.fr", "Le Courrier du Port", "blog", ads=2, **busy),
        Site("cyber-en", "en", "cyber.example.gov", "National Cyber Security Office", "modern", security=0.7, rate=[1, 2]),
        Site("cyber-ja", "ja", "cyber.example.go.jp", "サイバーセキュリティ対策室", "modern", security=0.7, rate=[1, 2]),
        Site("embassy-ru", "ru", "embassy.example.ru", "Посольство в Токио", "modern", security=0.05),
        Site("blog-en", "en", "blog.example.io", "Notes from the Garden", "blog"),
        Site("blog-ja", "ja", "blog.example.jp", "庭のたより", "blog"),
        Site("small-ja", "ja", "www.kojo.example.co.jp", "有限会社ハマダ製作所", "single", third=[]),
        Site("small-en", "en", "www.tools.example.co.uk", "Westfield Tool Works Ltd", "single"),
        Site("small-ar", "ar", "www.trade.example.sa", "شركة الميناء للتجارة", "single"),
        Site("university-zh", "zh", "www.daxue.example.cn", "海港大学", "modern", rate=[1, 1, 2]),
        Site("agency-ko", "ko", "www.agency.example.kr", "항만 안내소", "modern", charset="euc-kr"),
        Site("city-ar", "ar", "city.example.ae", "بلدية الميناء", "modern"),
        Site("city-fr", "fr", "ville.example.fr", "Ville du Vieux-Port", "modern", charset="iso-8859-1"),
    ]


# --- what webmasters do ---

def with_after(text, mark, more):
    at = re.search(mark, text, re.I)
    return text[:at.end()] + more + text[at.end():] if at else more + text


DISASTER = {"en": "Earthquake information: trains are stopped. Shelters are open. Do not go near the sea.",
            "ja": "緊急情報: 地震が発生しました。海に近づかないでください。避難所を開設しています。"}


def change_disaster(site, text, rng):
    words = DISASTER.get(site.lang, DISASTER["en"])
    return with_after(text, r"<body[^>]*>", f'<div style="background:#c00;color:#fff"><h2>{words}</h2><p>{words}</p></div>')


def change_cookies(site, text, rng):
    return with_after(text, r"<body[^>]*>", '<script src="https://consent.cookiebot.com/uc.js" data-cbid="1"></script>'
                      '<div class="cc"><p>We use cookies to make this site better. <a href="/privacy">Privacy</a></p>'
                      '<button>Accept</button><button>Decline</button></div>')


def change_template(site, text, rng):
    text = text.replace("<div", "<div data-v=2").replace("<ul>", '<ul class="list">').replace("<h2>", '<h2 class="t">')
    return with_after(text, r"<body[^>]*>", '<div class="wrap"><div class="inner"><a class="skip" href="#m">&#9776;</a></div></div>')


def change_ab(site, text, rng):
    text = with_after(text, r"</title>", '<script src="https://cdn.optimizely.com/js/1.js"></script>')
    return re.sub(r"<h1>(.*?)</h1>", r'<div class="hero-b"><h1>\1</h1><a class="cta" href="/start">&raquo;</a></div>', text, count=1)


def change_redesign(site, text, rng):
    words = WORDS[site.lang]
    boxes = "".join(f'<div class="tile"><a href="/{n}"><svg><path d="M0 0"/></svg><span>{w}</span></a></div>'
                    for n, w in enumerate(words["menu"]))
    items = "".join(f'<li><a href="/n/{k}"><span>{d}</span>{h}</a></li>' for d, h, _, k in site.news.items[:5])
    return (f'<!DOCTYPE html><html lang="{site.lang}"><head><meta charset="{"shift_jis" if site.charset == "meta-sjis" else site.charset}">'
            f'<title>{site.title} - {words["menu"][0]}</title><link rel="stylesheet" href="https://cdn.newdesign.example/app.css">'
            f'<script src="https://cdn.newdesign.example/app.js"></script></head><body><div id="app"><div class="grid">{boxes}</div>'
            f'<section class="lead"><h1>{site.org}</h1><p>{rng.choice(words["things"])} / {rng.choice(words["places"])}</p></section>'
            f'<ul class="feed">{items}</ul><div class="end"><a href="/map">{words["search"]}</a></div></div></body></html>')


MAINTENANCE = {"en": ("Under maintenance", "We are under maintenance until 6 o'clock. We'll be back soon."),
               "ja": ("メンテナンスのお知らせ", "ただいまメンテナンス中です。ご迷惑をおかけします。"),
               "fr": ("Site en maintenance", "Le site est en maintenance. Merci de votre patience."),
               "de": ("Wartungsarbeiten", "Wegen Wartungsarbeiten ist die Seite nicht da. Bitte kommen Sie wieder."),
               "zh": ("系统维护", "系统维护中,请稍后再来。"), "ko": ("점검 안내", "시스템 점검 중입니다."),
               "ar": ("صيانة", "الموقع تحت الصيانة، نعتذر عن الإزعاج."),
               "ru": ("Технические работы", "Ведутся технические работы. Приносим извинения.")}


def change_maintenance(site, text, rng):
    head, words = MAINTENANCE[site.lang]
    return f'<!doctype html><title>{head}</title><body><h1>{head}</h1><p>{words}</p></body>'


def change_cdn(site, text, rng):
    return ('<html><head><title>502 Bad Gateway</title></head><body><h1>Error 502: Bad gateway</h1><p>The web server '
            f'reported a bad gateway error. Ray ID: {rng.randrange(10**12):x}</p></body></html>', 502)


def change_parking(site, text, rng):
    return (f'<html><head><title>{site.host}</title><script src="https://park.registrar.example/p.js"></script></head><body><h1>'
            f'{site.host}</h1><p>This domain is for sale. Buy this domain.</p><ul><li>Related searches</li><li>Insurance</li>'
            '<li>Credit</li></ul></body></html>')


def change_challenge(site, text, rng):
    return ('<!DOCTYPE html><html><head><title>Just a moment...</title></head><body><h2>Checking your browser before accessing'
            '</h2><script src="https://challenges.cloudflare.com/turnstile/v0/api.js"></script></body></html>', 403)


CHANGES = {  # what is said at most
    "disaster banner": (change_disaster, "changed"), "cookie banner": (change_cookies, "changed"),
    "new template": (change_template, "changed"), "A/B test": (change_ab, "changed"),
    "redesign": (change_redesign, "suspicious"), "maintenance": (change_maintenance, "changed"),
    "CDN error": (change_cdn, "changed"), "parking": (change_parking, "suspicious"),
    "challenge": (change_challenge, "changed")}


# --- what defacers do ---

def deface_black(site, text, rng):
    name = rng.choice(["Gh0stCr3w", "N1ghtF0x", "Team Kr4ken", "x0rsec"])
    return (f'<html><head><title>Hacked By {name}</title></head><body bgcolor="black" oncontextmenu="return false"><center>'
            f'<img src="https://i.imgbox.example/skull.gif"><h1><font color="red">HaCkeD By {name}</font></h1><marquee>Greetz to all '
            'members</marquee><p>Your security is low, admin.</p></center></body></html>')


def deface_picture(site, text, rng):
    return '<html><body style="background:#000;margin:0"><img src="https://files.drop.example/p.jpg" width="100%"></body></html>'


def deface_banner(site, text, rng):
    return with_after(text, r"<body[^>]*>", '<div style="text-align:center;background:#000;color:#0f0"><h1>0wn3d By r00t-k1d</h1></div>'
                      if rng.random() < 0.5 else '<center><h2>H A C K E D&nbsp;&nbsp;B Y&nbsp;&nbsp;Z3R0</h2></center>')


def deface_title(site, text, rng):
    text = re.sub(r"<title>.*?</title>", "<title>Pwned by b1t_r0t</title>", text, flags=re.I | re.S)
    return re.sub(r"<(h[12])[^>]*>.*?</\1>", r"<\1>Pwned by b1t_r0t</\1>", text, count=1, flags=re.I | re.S)


def page_of(title, lines, back="#111", color="#fff"):
    body = "".join(f"<p>{line}</p>" for line in lines)
    return (f'<html><head><meta charset="utf-8"><title>{title}</title></head><body style="background:{back};color:{color}">'
            f"<h1>{title}</h1>{body}</body></html>")


def deface_russian(site, text, rng):
    if site.lang == "ru":
        return page_of("Сайт взломан", ["Этот сайт был взломан нами.", "Привет админу!"])
    return page_of("Сайт взломан", ["Мы взломали ваш сайт. Ваша защита ничего не стоит.", "Мы вернемся."])


def deface_ukrainian(site, text, rng):
    return page_of("Сайт зламано", ["Цей сайт зламано. Ваш захист нічого не вартий.", "Ми повернемося ще не раз."])


def deface_japanese(site, text, rng):
    return page_of("このサイトはハッキングされました", ["管理者へ。セキュリティが甘いですね。", "我々はまた戻ってくる。"], "#fff", "#000")


def deface_turkish(site, text, rng):
    return page_of("Bu site hacklendi", ["Bu site bizim tarafından hacklendi, güvenlik açığı çok büyük.", "Geri döneceğiz."])


def deface_political(site, text, rng):
    """A message that does not say that anything was hacked."""
    if site.lang == "ja":
        return page_of("恥を知れ", ["海を汚す政府を許さない。", "お前たちは必ず代償を払うことになる。", "世界が見ている。"], "#fff", "#c00")
    return page_of("SHAME ON YOUR GOVERNMENT", ["STOP DUMPING WASTE INTO OUR SEA!", "THE WORLD IS WATCHING! YOU WILL PAY THE PRICE!"],
                   "#fff", "#c00")


def deface_script(site, text, rng):
    return with_after(text, r"</title>", '<script src="https://stat.jquery-cdn.example.top/j.js"></script>')


def deface_frame(site, text, rng):
    return with_after(text, r"<body[^>]*>", '<iframe src="https://l00k.example.top/x.html" style="position:fixed;top:0;left:0;'
                      'width:100vw;height:100vh;border:0;z-index:99999"></iframe>')


def deface_refresh(site, text, rng):
    return with_after(text, r"<head>", '<meta http-equiv="refresh" content="0; url=https://win.prize.example.top/?s=1">')


def deface_spam(site, text, rng):
    links = "".join(f'<a href="https://slot{n}.gacor.example.top/">situs slot gacor {n}</a> ' for n in range(12))
    return with_after(text, r"<body[^>]*>", f'<div style="position:absolute;left:-9999px">{links}</div>')


def deface_written(site, text, rng):
    page = '<body bgcolor=black><h1><font color=lime>Hacked by Sh4d0w</font></h1></body>'
    if rng.random() < 0.5:
        code = f"document.documentElement.innerHTML=atob('{base64.b64encode(page.encode()).decode()}');"
    else:
        codes = ",".join(str(ord(c)) for c in page)
        code = f"eval(String.fromCharCode({','.join(str(ord(c)) for c in 'document.write(String.fromCharCode(' + codes + '))')}));"
    return with_after(text, r"<head>", f"<script>{code}</script>")


def deface_listing(site, text, rng):
    rows = "".join(f'<a href="{n}">{n}</a>  2026-05-30 03:12  {rng.randrange(9000)}\n' for n in ["../", "backup.zip", "images/", "x.php"])
    return f"<html><head><title>Index of /</title></head><body><h1>Index of /</h1><hr><pre>{rows}</pre><hr></body></html>"


def deface_news(site, text, rng):
    """One item of news replaced, where there is one."""
    slogan = "Hacked by Red Tide! This is only the beginning"
    for item in (r"<article.*?</article>", r'<div class="post".*?</div></div>', r"<tr><td width.*?</tr>", r"<dt>.*?</dd>"):
        if re.search(item, text, re.S):
            inside = {"<t": f"<tr><td></td><td>{slogan}</td></tr>", "<d": f"<dt></dt><dd>{slogan}</dd>"}.get(
                item[:2] if "class" not in item else "", f"<article><h3>{slogan}</h3><p>{slogan}</p></article>")
            return re.sub(item, inside.replace("\\", ""), text, count=1, flags=re.S)
    return None


def deface_ransom(site, text, rng):
    return page_of("README", ["All your files are encrypted. For restore send 0.02 BTC to address bc1qexample00000000000000.",
                              "Your data will be published in 3 days."], "#fff", "#000")


DEFACEMENTS = {
    "black page": deface_black, "picture only": deface_picture, "banner put in": deface_banner, "title and h1": deface_title,
    "Russian": deface_russian, "Ukrainian": deface_ukrainian, "Japanese": deface_japanese, "Turkish": deface_turkish,
    "political, not 'hacked'": deface_political, "foreign script": deface_script, "frame over all": deface_frame,
    "led away": deface_refresh, "hidden links": deface_spam, "written by a script": deface_written,
    "list of files": deface_listing, "item of news": deface_news, "ransom note": deface_ransom}


# --- the whole ---

def write(folder, rows, site, day, kind, page):
    text, status = page if isinstance(page, tuple) else (page, 200)
    name = f"{site.name}-{day:02d}-{re.sub('[^a-z0-9]+', '-', kind.lower())}.html"
    data = site.encode(text)
    kind_type = site.type()
    if 'charset="utf-8"' in text[:400] and kind not in ("ordinary",) and not site.charset.startswith("utf"):
        data, kind_type = text.encode(), "text/html; charset=utf-8"
    with open(os.path.join(folder, name), "wb") as file:
        file.write(data)
    rows.append((site.name, site.url(), str(day), kind, name, kind_type, str(status)))


def make(folder, sites, days, layouts, changes, defacements):
    rows = []
    for site in sites:
        text = ""
        for day in range(days):
            rng = random.Random(f"{site.name}{day}")
            text = layouts[site.layout](site, day, rng, site.news.day(day))
            write(folder, rows, site, day, "ordinary", text)
        for kind, change in changes.items():
            write(folder, rows, site, days, kind, change[0](site, text, random.Random(site.name + kind)))
        for kind, deface in defacements.items():
            page = deface(site, text, random.Random(site.name + kind))
            if page is not None and page != text:
                write(folder, rows, site, days, kind, page)
    with open(os.path.join(folder, "list.tsv"), "w", encoding="utf-8") as file:
        file.writelines("\t".join(row) + "\n" for row in rows)


def corpus(name):
    """sites, layouts, changes, defacements of a set"""
    if name != "first":
        held = importlib.import_module("pages_" + name)
        return held.sites(), held.LAYOUTS, held.CHANGES, held.DEFACEMENTS
    return first_sites(), LAYOUTS, CHANGES, DEFACEMENTS


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--set", default="first", choices=SETS)
    parser.add_argument("--days", type=int, default=30)
    chosen = parser.parse_args()
    sites, layouts, changes, defacements = corpus(chosen.set)
    os.makedirs(chosen.folder, exist_ok=True)
    make(chosen.folder, sites, chosen.days, layouts, changes, defacements)


if __name__ == "__main__":
    main()
