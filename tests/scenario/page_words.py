"""page_words - words of made-up web sites in seven languages, for pages.py. All organisations are made up."""

# For each language: what is announced, who does it, where; and how a headline and a sentence are put together.
WORDS = {
    "en": {
        "things": ["a new timetable", "the summer programme", "free health checks", "road works", "a public hearing",
                   "the annual report", "a recall of heaters", "the budget for next year", "online applications",
                   "a museum night", "flood defences", "a vaccination day", "grants for small firms", "a job fair"],
        "doers": ["The council", "Our office", "The board", "The water department", "The customer centre",
                  "The research group", "The school board", "The harbour office", "The library"],
        "places": ["North Bay", "Millbrook", "the old town", "the harbour", "Westfield", "the city hall", "Elm Street"],
        "head": "{doer} announces {thing}", "text": "{doer} has announced {thing} in {place}. It will begin on {date} and "
        "is open to all who are registered with us. Please bring your card, and ask at the desk if you have questions.",
        "menu": ["Home", "About us", "News", "Services", "Contact", "Careers", "Access", "Privacy policy"],
        "foot": "All rights reserved. We take care of your data as our privacy policy says.", "more": "Read more",
        "about": "We have been here for the people of this region for more than fifty years, and we answer to you.",
        "news": "Latest news", "search": "Search"},
    "ja": {
        "things": ["夏期休業", "無料健康診断", "道路工事", "公聴会", "年次報告書", "来年度予算案", "オンライン申請の開始",
                   "防災訓練", "予防接種の日程", "中小企業向け補助金", "採用説明会", "新商品の販売", "営業時間の変更", "料金改定"],
        "doers": ["当課", "本院", "お客様センター", "水道局", "広報室", "図書館", "教育委員会", "事務局", "港湾課"],
        "places": ["北区", "中央公園", "市役所", "旧市街", "西口広場", "南町", "本館"],
        "head": "{thing}のお知らせ({place})", "text": "{doer}では、{place}において{thing}を実施いたします。開始日は{date}です。"
        "ご利用の方は登録証をお持ちのうえ、受付までお越しください。ご不明な点はお気軽にお問い合わせください。",
        "menu": ["ホーム", "当サイトについて", "新着情報", "サービス", "お問い合わせ", "採用情報", "アクセス", "個人情報保護方針"],
        "foot": "本サイトの内容の無断転載を禁じます。個人情報は方針に従い適切に取り扱います。", "more": "続きを読む",
        "about": "私たちは五十年以上にわたり、地域の皆さまの暮らしを支えてまいりました。", "news": "新着情報", "search": "検索"},
    "fr": {
        "things": ["un nouvel horaire", "le programme d'été", "des travaux", "une réunion publique", "le rapport annuel",
                   "le budget", "les demandes en ligne", "une nuit des musées", "une journée de vaccination"],
        "doers": ["La mairie", "Notre service", "Le conseil", "La bibliothèque", "Le centre", "L'équipe"],
        "places": ["la vieille ville", "le port", "la gare", "la place centrale", "l'hôtel de ville"],
        "head": "{doer} annonce {thing}", "text": "{doer} a le plaisir de vous annoncer {thing} pour le {date}, dans {place}. "
        "Les personnes qui sont inscrites avec nous peuvent venir. Pour vos questions, nous sommes à votre écoute.",
        "menu": ["Accueil", "Qui sommes-nous", "Actualités", "Services", "Contact", "Emplois", "Accès", "Mentions légales"],
        "foot": "Tous droits réservés. Vos données sont traitées avec soin.", "more": "Lire la suite",
        "about": "Nous sommes au service des habitants de la région depuis plus de cinquante ans.", "news": "Actualités",
        "search": "Rechercher"},
    "de": {
        "things": ["einen neuen Fahrplan", "das Sommerprogramm", "Bauarbeiten", "eine Anhörung", "den Jahresbericht",
                   "den Haushalt", "Anträge im Netz", "eine Nacht der Museen", "einen Impftag"],
        "doers": ["Die Stadt", "Unser Amt", "Der Rat", "Die Bücherei", "Das Zentrum", "Der Vorstand"],
        "places": ["der Altstadt", "dem Hafen", "dem Bahnhof", "dem Rathaus", "der Weststadt"],
        "head": "{doer} kündigt {thing} an", "text": "{doer} kündigt {thing} in {place} für den {date} an. Wir bitten alle, "
        "die sich bei uns angemeldet haben, ihre Karte mitzubringen. Bei Fragen sind wir auch am Schalter für Sie da.",
        "menu": ["Start", "Über uns", "Aktuelles", "Leistungen", "Kontakt", "Stellen", "Anfahrt", "Datenschutz"],
        "foot": "Alle Rechte vorbehalten. Wir gehen sorgsam mit Ihren Daten um.", "more": "Weiterlesen",
        "about": "Wir sind seit mehr als fünfzig Jahren für die Menschen der Region da.", "news": "Aktuelles",
        "search": "Suchen"},
    "zh": {
        "things": ["暑期安排", "免费体检", "道路施工", "听证会", "年度报告", "预算方案", "网上申请", "消防演练", "招聘会", "新产品"],
        "doers": ["本单位", "客户中心", "图书馆", "办公室", "教育局", "研究组"],
        "places": ["北区", "市民广场", "旧城", "港口", "西门", "市政府"],
        "head": "关于{place}{thing}的通知", "text": "{doer}将于{date}在{place}举行{thing},请已登记的市民携带证件前往。"
        "如有疑问,请与服务台联系,我们将尽快答复。", "menu": ["首页", "关于我们", "新闻", "服务", "联系我们", "招聘", "交通", "隐私政策"],
        "foot": "版权所有,未经许可不得转载。", "more": "阅读全文", "about": "五十多年来,我们一直为本地居民服务。", "news": "最新消息",
        "search": "搜索"},
    "ko": {
        "things": ["여름 프로그램", "무료 건강검진", "도로 공사", "공청회", "연례 보고서", "예산안", "온라인 신청", "채용 설명회"],
        "doers": ["우리 기관은", "고객센터는", "도서관은", "사무국은", "교육청은"],
        "places": ["북구", "시청", "구시가", "항구", "중앙공원"],
        "head": "{place} {thing} 안내", "text": "{doer} {date}부터 {place}에서 {thing}을 실시합니다. 등록하신 분은 카드를 지참하고 "
        "접수처로 오시기 바랍니다. 문의 사항은 언제든지 연락해 주십시오.",
        "menu": ["홈", "소개", "새소식", "서비스", "문의", "채용", "오시는 길", "개인정보 처리방침"],
        "foot": "무단 전재를 금합니다.", "more": "더 보기", "about": "우리는 오십 년 넘게 지역 주민과 함께해 왔습니다.",
        "news": "새소식", "search": "검색"},
    "ar": {
        "things": ["البرنامج الصيفي", "فحوصات مجانية", "أعمال الطرق", "جلسة عامة", "التقرير السنوي", "الميزانية", "معرض الوظائف"],
        "doers": ["البلدية", "المكتب", "المجلس", "المكتبة", "المركز"],
        "places": ["المدينة القديمة", "الميناء", "المحطة", "الحي الشمالي"],
        "head": "إعلان عن {thing} في {place}", "text": "تعلن {doer} عن {thing} في {place} بتاريخ {date}. يرجى من المسجلين إحضار "
        "البطاقة والتوجه إلى الاستقبال، ونحن هنا للإجابة عن أسئلتكم.",
        "menu": ["الرئيسية", "من نحن", "الأخبار", "الخدمات", "اتصل بنا", "الوظائف", "الموقع", "الخصوصية"],
        "foot": "جميع الحقوق محفوظة.", "more": "اقرأ المزيد", "about": "نخدم سكان المنطقة منذ أكثر من خمسين عاما.",
        "news": "آخر الأخبار", "search": "بحث"},
    "ru": {
        "things": ["летнюю программу", "бесплатные обследования", "дорожные работы", "годовой отчет", "день культуры",
                   "выдачу виз", "прием граждан", "выставку"],
        "doers": ["Посольство", "Консульский отдел", "Центр культуры", "Отдел печати"],
        "places": ["Токио", "Осаке", "здании посольства", "городском музее"],
        "head": "{doer} объявляет {thing}", "text": "{doer} объявляет {thing} в {place} с {date}. Просим всех, кто записался, "
        "взять с собой паспорт. По всем вопросам обращайтесь по телефону, мы ответим вам.",
        "menu": ["Главная", "О посольстве", "Новости", "Визы", "Контакты", "Культура", "Как добраться", "Правила"],
        "foot": "Все права защищены.", "more": "Подробнее", "about": "Мы помогаем гражданам обеих стран уже много лет.",
        "news": "Новости", "search": "Поиск"},
}

# News that speak of attacks: what a ministry of cyber security, a newspaper or a security firm writes every day.
SECURITY = {
    "en": [("Website of a ministry hacked by activists", "The website of a ministry was hacked by a group that calls itself "
            "Blue Lantern, police said on {date}. The page was defaced for two hours with the words \"we will be back\"."),
           ("Ransomware: what to do when your files have been encrypted", "When your files have been encrypted, do not pay "
            "the ransom. Cut the machine off the network and call us; 14 firms reported such cases in {place}."),
           ("Hacked? First steps", "If your site was hacked, keep the logs. Defacers often come back by the same way."),
           ("Cyber army drills begin in {place}", "The drill of the cyber army unit will test how hospitals answer an "
            "attack. Anonymous calls itself a legion; our experts tell what was here before."),
           ("Three shops hacked by the same gang", "Shops in {place} were defaced by one gang. The owners said that their "
            "security was low, and that patches were missing.")],
    "ja": [("○○省のサイトがハッキング集団により改ざん", "{date}、省のサイトがハッキングされました。犯人は「我々を止められない」などと書き込み、"
            "ページは二時間にわたり改ざんされていました。"),
           ("ランサムウェアでファイルは暗号化されましたと表示された場合", "身代金の要求に応じてはいけません。ビットコインを送る前に、"
            "ネットワークから切り離して当センターに連絡してください。"),
           ("{place}の企業三社がハッキング被害", "管理者へのなりすましメールが原因でした。セキュリティが甘いと狙われます。"),
           ("オンラインカジノに関する注意喚起", "オンラインカジノへの誘導を埋め込む改ざんが増えています。")],
    "ru": [("Сайт министерства взломан", "По данным на {date}, сайт министерства был взломан. Мы вернемся к этой теме.")],
}
