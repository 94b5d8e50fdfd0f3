"""mail_senders.py - mails whose danger, or honesty, lies in who sent them, how, and where they lead.

lies() gives (name, mail, finding): invented phishing; it must be suspicious, and the finding must be among what is told.
honest() gives (name, mail): in the forms that services, lists, forwarders, shops, banks and clubs send; it must stay below
suspicious. Domains are those of RFC 2606 (.example, and example.com, .net, .org, where one that may be real is needed),
and of services whose form it is. All texts are our own.
"""
import base64
import email.header

MX = "mx.example.co.jp"
DATE = "Date: Mon, 02 Feb 2026 09:00:00 +0000"
TO = "To: hanako@example.co.jp"


def results(text, server=MX):
    return f"Authentication-Results: {server}; {text}"


def came(host, address="192.0.2.9"):
    """The line of the receiver's server."""
    return f"Received: from {host} ({host} [{address}])\r\n\tby {MX} (Postfix) with ESMTPS id 4Xk9;\r\n\tMon, 2 Feb 2026 09:00:03 +0000"


def coded(text):
    return text if text.isascii() else email.header.Header(text, "utf-8", maxlinelen=998).encode()


def mail(sender, subject, *fields, text=None, html=None, to=TO, name=None, message_id=None):
    """Fields come first, as servers put theirs. `name`: of the sender; `message_id`: False for none."""
    lines = [*fields, f"From: {coded(name)} <{sender}>" if name else f"From: {sender}", f"Subject: {coded(subject)}", DATE]
    lines += [to] if to else []
    if message_id is not False:
        lines.append(f"Message-ID: <{message_id or 'a1b2c3@' + sender.split('@')[-1]}>")
    lines += ["MIME-Version: 1.0", f"Content-Type: text/{'html' if html else 'plain'}; charset=utf-8",
              "Content-Transfer-Encoding: base64", "", base64.encodebytes((html or text).encode()).decode().replace("\n", "\r\n")]
    return "\r\n".join(lines).encode()


def page(*links, words="", hidden=""):
    return ("<html><body><table><tr><td>" + words + "</td></tr>" +
            "".join(f'<tr><td><a href="{link}">{shown}</a></td></tr>' for link, shown in links) + "</table>" +
            (f'<div style="display:none">{hidden}</div>' if hidden else "") + "</body></html>")


GOOD = "spf=pass smtp.mailfrom=bounce.example.com; dkim=pass header.d=example.com; dmarc=pass header.from=example.com"
PRESS = "Your account has been suspended. Verify your account within 24 hours, or it will be deleted."


def lies():
    yield ("a name whose site it only quotes", mail(
        "info-x7@mail.bulk.test", "Your claim is approved", came("out.bulk.test"), name="Example Pay", html=page(
            ("https://house.test/if", "Withdraw"), ("https://examplepay.com/terms", "Terms"), words=PRESS)),
        "name_of_linked_site")
    yield ("a bank before the @ of a hairdresser", mail(
        "deutsche-bank-ag@mail.example.net", "Exciting news", came("out.example.net"), name="OpenSea",
        html=page(("https://x.example.org/a", "View offer"))), "brand_in_address")
    yield ("sent and signed by a service for somebody who does not know", mail(
        "info@example.com", "Claim now: your airdrop", came("out.sendgrid.net"), results(
            "spf=pass smtp.mailfrom=em.sendgrid.net; dkim=pass header.d=sendgrid.net; dmarc=fail header.from=example.com"),
        html=page(("https://x.example.org/a", "Claim"))), "sender_borrowed")
    yield ("a free mailbox that did not sign", mail(
        "pharmacy@hotmail.com", "No prescription", came("vps.example.net"), results(
            "spf=fail smtp.mailfrom=hotmail.com; dkim=none; dmarc=fail header.from=hotmail.com"), to="To: Undisclosed recipients:;",
        html=page(("http://x.example.org/f", "Visit"))), "freemail_forged")
    yield ("no Message-ID until it came here", mail(
        "noreply@mail.bulk.test", "Final notice: update your payment", came("vps.bulk.test"), message_id=f"77@{MX}",
        html=page(("http://house.test/f", "Update"), words=PRESS)), "header_lacks")
    yield ("a Message-ID and a Sender that are made up", mail(
        "news.qwrtz@mail.example.net", "You have won: claim your prize", came("vps.example.net"), "Sender: XK <zIb@example.org>",
        message_id="5sF3H@mail.gmail.com", html=page(("http://x.example.net.au/f", "Take part"))), "sender_field_invented")
    yield ("more for filters than for readers", mail(
        "news@mail.example.net", "You have won", came("vps.example.net"), message_id=f"77@{MX}", html=page(
            ("http://x.example.org/f", "Go"), hidden="k4 Zt9 wWu.u9Z " * 300)), "text_hidden_most")
    yield ("a fund for nobody in particular", mail(
        "support@example.com", "Management offer", came("out.example.com"), results(GOOD), "Reply-To: v.k.1807@gmail.com",
        to="To: Undisclosed recipients:;", text="I have a private client who wants a manager for funds of $53.7 million. Write back."),
        "advance_fee")
    yield ("another mailbox of the same free provider in the name", mail(
        "okpaul798@gmail.com", "urgent answer", came("mail-wr1-f41.google.com"), name='"Bankoffice@gmail.com"',
        to="To: undisclosed-recipients:;", text="You are the lucky winner of $ 1.250.000,00. Write to me."), "address_in_name")


    yield ("business from one mailbox to the next", mail(
        "sk1807@gmail.com", "Business proposal", came("mail-wr1-f41.google.com"), "Reply-To: eduardo.004@yandex.com",
        to="To: undisclosed-recipients:;", text="A venture in crude oil, with benefits. Act now."), "reply_to_second_mailbox")
    yield ("a name that nobody can pronounce, and nothing that proves it", mail(
        "a@lkq7xv80zwt.com", "Your parcel is waiting: final notice", came("lkq7xv80zwt.com"), results("spf=none; dkim=none; dmarc=none"),
        html=page(("https://house.test/pay", "Pay"))), "sender_random")


LIST = ("List-Id: <users.lists.example.org>", "List-Unsubscribe: <mailto:users-leave@lists.example.org>", "Precedence: list")
PASSED = "spf=pass smtp.mailfrom=%s; dkim=pass header.d=%s; dmarc=pass header.from=%s"


def passed(domain):
    return results(PASSED % (domain, domain, domain))


def lists_and_forwarders():
    thread = "I think the second patch is wrong, see https://git.example.net/patch/2\r\n\r\n> it was suspended\r\n\r\n-- \r\nJane\r\n"
    yield "a list that leaves From alone", mail(
        "jane@example.com", "Re: [users] suspicious activity in the log", came("lists.example.org"), results(
            "spf=pass smtp.mailfrom=lists.example.org; dkim=fail header.d=example.com; dmarc=fail header.from=example.com"),
        "Sender: users-bounces@lists.example.org", *LIST, name="Jane Doe", to="To: users@lists.example.org", text=thread)
    yield "a list that writes From anew", mail(
        "users@lists.example.org", "Re: [users] question", came("lists.example.org"), passed("lists.example.org"), *LIST,
        "Received: from mail-ej1-f52.google.com by lists.example.org; Mon, 2 Feb 2026 09:00:00 +0000",
        "Reply-To: Jane Doe <jane@example.com>", name="Jane Doe via users", to="To: users@lists.example.org", text=thread,
        message_id="CAF0@mail.gmail.com")
    yield "a group of Google", mail(
        "team@googlegroups.com", "Minutes", came("mail-qt1-f185.google.com"), passed("googlegroups.com"),
        "Sender: team@googlegroups.com", "Reply-To: jane@example.com", "List-ID: <team.googlegroups.com>", name="'Jane Doe' via team",
        to="To: team@googlegroups.com", text=thread, message_id="CAF0@mail.gmail.com")
    yield "forwarded as it was", mail(
        "jane@example.com", "Dinner", came("forward.example.net"), results(
            "spf=fail smtp.mailfrom=example.com; dkim=pass header.d=example.com; dmarc=pass header.from=example.com"),
        name="Jane Doe", to="To: hanako@alumni.example.net", text="At eight? https://food.example.org/menu\r\n")
    yield "forwarded with SRS, never signed", mail(
        "jane@example.com", "Dinner", came("forward.example.net"), results(
            "spf=pass smtp.mailfrom=SRS0=x=example.com=jane@forward.example.net; dkim=none; dmarc=fail header.from=example.com"),
        name="Jane Doe", to="To: hanako@alumni.example.net", text="At eight? https://food.example.org/menu\r\n")


def bulk():
    yield "a newsletter of pictures, by a bulk mailer", mail(
        "hello@example.com", "🎁 Last chance: 40% off, and a gift card", came("mail23.atl51.rsgsv.net"), results(
            "spf=pass smtp.mailfrom=mail23.atl51.rsgsv.net; dkim=pass header.d=example.com; dmarc=pass header.from=example.com"),
        "Sender: Example Shop <hello=example.com@mail23.atl51.rsgsv.net>", "Reply-To: Example Shop <hello@example.com>",
        "List-Unsubscribe: <https://example.us1.list-manage.com/unsubscribe?u=1>", name="Example Shop",
        message_id="aa.bb@mail23.atl51.rsgsv.net", html="<html><body>" + "".join(
            f'<a href="https://example.us1.list-manage.com/track/click?u=1&id={n}"><img src="https://mcusercontent.com/{n}.png"></a>'
            for n in range(9)) + "</body></html>")
    yield "a newsletter whose texts are of other hosts", mail(
        "news@example.com", "Security news: PayPal users warned", came("o1.em.sendgrid.net"), results(GOOD),
        "List-Unsubscribe: <https://u1.ct.sendgrid.net/wf/unsubscribe>", name="Example Weekly", html=page(
            *[(f"https://u1.ct.sendgrid.net/ls/click?upn={n}{host}", f"https://{host}/") for n, host in enumerate(
                ("news.example.org", "shop.example.com", "blog.example.net"))], words="Unusual activity was seen. " * 20))
    yield "an order of a shop at a shop service", mail(
        "store+556@t.shopifyemail.com", "Order #1001 confirmed", came("o1.shopifyemail.com"), passed("t.shopifyemail.com"),
        "Reply-To: exampleshop@gmail.com", name="Example Shop", html=page(
            ("https://exampleshop.com/orders/1", "View your order"), words="Thank you! Total amount $40.00, payment method card."))
    yield "a bill by a service of payments", mail(
        "invoice+statements@stripe.com", "Your receipt from Example Incorporated #2000", came("a27-80.smtp-out.us-west-2.amazonses.com"),
        results("spf=pass smtp.mailfrom=bounce.stripe.com; dkim=pass header.d=stripe.com; dmarc=pass header.from=stripe.com"),
        "Reply-To: billing@example.com", name="Example Incorporated", message_id="0101@us-west-2.amazonses.com", html=page(
            ("https://pay.stripe.com/receipts/1", "Download"), ("https://example.com/help", "example.com"),
            words="Amount charged $19.00. Your plan has been renewed."))
    yield "a small service that only its mailer signs", mail(
        "hello@example.com", "Verify your email", came("a14-55.smtp-out.amazonses.com"), results(
            "spf=pass smtp.mailfrom=amazonses.com; dkim=pass header.d=amazonses.com; dmarc=none header.from=example.com"),
        name="Example", message_id="0100@email.amazonses.com",
        html=page(("https://app.example.com/verify?t=1", "Verify your email"), words="Welcome! Please verify your email."))


def services():
    yield "a password to be set anew", mail(
        "no-reply@example.com", "Reset your password", came("o2.ptr99.example.com"), results(GOOD), name="Example", html=page(
            ("https://url99.example.com/ls/click?upn=abc", "Reset password"),
            words="Someone asked to reset your password. If it was not you, ignore this. The link will expire within 24 hours."))
    yield "an alert of Google", mail(
        "no-reply@accounts.google.com", "Security alert", came("mail-wr1-f73.google.com"), passed("accounts.google.com"),
        name="Google", message_id="xyz@notifications.google.com", html=page(
            ("https://accounts.google.com/AccountChooser?Email=hanako@example.co.jp", "Check activity"),
            words="A new sign-in on Windows. If this was you, you don't need to do anything."))
    yield "a document shared by Google", mail(
        "drive-shares-dm-noreply@google.com", 'Document shared with you: "Budget"', came("mail-yb1-f200.google.com"),
        passed("google.com"), "Reply-To: Taro Yamada <taro@partner.example>", name="Taro Yamada (via Google Docs)",
        message_id="autogen-java-1@docs-share.google.com", html=page(
            ("https://docs.google.com/document/d/1/edit?usp=sharing", "Open"), words="Taro Yamada has invited you to edit."))
    yield "a file shared by Microsoft", mail(
        "no-reply@sharepointonline.com", "Taro shared the folder \"Plans\" with you", came("mail-japaneast.outbound.protection.outlook.com"),
        results(PASSED % (("sharepointonline.com",) * 3)), name="Taro Yamada", message_id="Share-1@odspnotify", html=page(
            ("https://partner.sharepoint.com/:f:/s/plans/E1", "Open"), ("https://privacy.microsoft.com/privacystatement", "Privacy"),
            words="This link will work for anyone."))
    yield "a paper to be signed", mail(
        "dse_na4@docusign.net", "Please DocuSign: contract.pdf", came("mailch.docusign.net"), passed("docusign.net"),
        "Reply-To: taro@partner.example", name="Taro Yamada via DocuSign",
        html=page(("https://na4.docusign.net/Member/EmailStart.aspx?a=1", "REVIEW DOCUMENT"), words="Please review and sign."))
    yield "a parcel", mail(
        "noreply@dhl.de", "Ihr DHL Paket kommt heute", came("mailout12.dhl.de"), passed("dhl.de"), name="DHL Paket", html=page(
            ("https://www.dhl.de/de/privatkunden/dhl-sendungsverfolgung.html?piececode=1", "Sendung verfolgen"),
            words="Ihr Paket wird heute zugestellt. Konnte nicht zugestellt werden? Hier klicken."))
    yield "a parcel in Japan", mail(
        "mail@kuronekoyamato.co.jp", "お届け予定のお知らせ", came("mail.kuronekoyamato.co.jp"), passed("kuronekoyamato.co.jp"),
        name="ヤマト運輸株式会社", text="お荷物のお届け予定をお知らせします。\r\nhttps://toi.kuronekoyamato.co.jp/cgi-bin/tneko\r\n")
    yield "a bank that warns", mail(
        "smbc_service@dn.smbc.co.jp", "【三井住友銀行】不正アクセスにご注意ください", came("mta.dn.smbc.co.jp"), passed("dn.smbc.co.jp"),
        name="三井住友銀行", text="不正利用が増えています。第三者によるログインにご注意ください。本人確認をメールでお願いすることはありません。\r\n"
                                  "https://www.smbc.co.jp/security/\r\n")
    yield "a card's notice", mail(
        "info@mail.rakuten-card.co.jp", "カード利用のお知らせ(本人ご利用分)", came("mta.mail.rakuten-card.co.jp"),
        passed("mail.rakuten-card.co.jp"), name="楽天カード株式会社", html=page(
            ("https://www.rakuten-card.co.jp/e-navi/", "e-NAVIで確認"), words="ご利用金額 3,000円 お支払い方法を更新する場合はこちら"))
    yield "a notice of a forge", mail(
        "notifications@github.com", "Re: [office/repo] Account suspended twice (#12)", came("out-25.smtp.github.com"),
        passed("github.com"), "Reply-To: office/repo <reply+ABC@reply.github.com>", "List-ID: office/repo <repo.office.github.com>",
        name="jane", to="To: office/repo <repo@noreply.github.com>", text="See https://github.com/office/repo/issues/12\r\n",
        message_id="office/repo/issues/12@github.com")


def small_ones():
    yield "a club that writes to all in secret", mail(
        "sunshine.club@gmail.com", "Summer party", came("mail-wr1-f41.google.com"), passed("gmail.com"), name="Sunshine Club",
        to="To: sunshine.club@gmail.com", message_id="CAF1@mail.gmail.com",
        text="Please tell us until Friday: https://docs.google.com/forms/d/e/1/viewform\r\nThe hall costs $ 120.\r\n")
    yield "a form of a company's own site", mail(
        "wordpress@example.com", "Contact form: question", came("web7.hoster.example"), "X-PHP-Originating-Script: 33:class-phpmailer.php",
        "Reply-To: taro.tanaka@gmail.com", to="To: info@example.com", text="Name: Taro\r\nHow much is a million screws? $?\r\n")
    yield "a domain of one's own at Google", mail(
        "jane@example.com", "Draft", came("mail-wr1-f41.google.com"), results(GOOD), name="Jane Doe", message_id="CAF1@mail.gmail.com",
        text="Here: https://docs.example.net/draft\r\n")
    yield "a domain of one's own at Microsoft", mail(
        "jane@example.com", "Offer", came("mail-westeurope.outbound.protection.outlook.com"),
        "Received: from AM0PR05MB1234.eurprd05.prod.outlook.com (2603:10a6::1) by\r\n AM0PR05MB1234.eurprd05.prod.outlook.com "
        "(2603:10a6::1) with mapi id 15.20.1; Mon, 2 Feb 2026 09:00:00 +0000", results(GOOD), name="Jane Doe",
        message_id="AM0PR05MB1234F1@AM0PR05MB1234.eurprd05.prod.outlook.com", text="As promised: $1,250,000 for the house.\r\n")
    yield "a scanner that logs in at a hoster", mail(
        "scanner@example.com", "Scan", came("smtp.example.net"), "Received: from [198.51.100.7] by smtp.example.net with ESMTPSA id 1; "
        "Mon, 2 Feb 2026 09:00:00 +0000", message_id="20260202@smtp.example.net", text="See the attachment.\r\n")
    yield "a baker with a free mailbox and a site", mail(
        "examplebakery@gmail.com", "Your order", came("mail-wr1-f41.google.com"), passed("gmail.com"), name="Example Bakery",
        message_id="CAF2@mail.gmail.com", text="Ready at noon. Map: https://maps.example.org/1 Menu: https://examplebakery.com/\r\n")
    yield "a phone that tells its maker in the Message-ID", mail(
        "jane@example.com", "late", came("mail.example.com"), results(GOOD), name="Jane", message_id="x1@email.android.com",
        text="Ten minutes late, sorry!\r\n")


    yield "an old server that proves nothing", mail(
        "office@example.com", "Invoice for January", came("mail.example.com"), results("spf=none; dkim=none; dmarc=none"), name="Office",
        text="Please find our invoice here: https://files.example.net/1.pdf\r\nTotal amount: 120 EUR\r\n")


def honest():
    for group in (lists_and_forwarders, bulk, services, small_ones):
        yield from group()
