/* brand.c - the table of well-known brands, and those of the settings. */
#include "link/brand.h"

#include "base/line.h"
#include "intel/host.h"

/* Where many live; true domains are what the owners send from and lead to. */
static const struct {
	const char *name, *domains;
	bool word;
} brands[] = {
	{ "microsoft",
	  "microsoft.com microsoftonline.com office.com live.com windows.net sharepoint.com microsoft365.com msn.com "
	  "azure.com windows.com onmicrosoft.com microsoft.net office.net cloud.microsoft mcas.ms aka.ms",
	  false },
	{ "office365", "office365.com office.com microsoft.com outlook.com", false },
	{ "onedrive", "onedrive.com live.com microsoft.com", false },
	{ "sharepoint", "sharepoint.com microsoft.com", false },
	{ "outlook", "outlook.com outlook.jp office.com office365.com live.com microsoft.com", false },
	{ "google",
	  "google.com google.co.jp googleapis.com gmail.com googlemail.com gstatic.com goo.gl youtube.com "
	  "withgoogle.com "
	  "googleusercontent.com google-analytics.com googleblog.com googletagmanager.com",
	  false },
	{ "gmail", "gmail.com google.com", true },
	{ "apple", "apple.com icloud.com me.com mzstatic.com itunes.com cdn-apple.com", true },
	{ "icloud", "icloud.com apple.com", false },
	{ "amazon",
	  "amazon.com amazon.co.jp amazonaws.com amazon.jobs amazon.de amazon.co.uk amazon.fr amazon.it amazon.es "
	  "amazon.ca amazon.in media-amazon.com amazonpay.com aws.com amazonses.com awsstatic.com",
	  false },
	{ "paypal", "paypal.com paypal.me paypalobjects.com paypal-communication.com", false },
	{ "netflix", "netflix.com nflxext.com netflix.net", false },
	{ "spotify", "spotify.com", false },
	{ "fedex", "fedex.com", true },
	{ "docusign", "docusign.com docusign.net", false },
	{ "adobe", "adobe.com adobe.io adobesign.com adobecc.com typekit.net", true },
	{ "dropbox", "dropbox.com dropboxusercontent.com dropboxmail.com hellosign.com", false },
	{ "linkedin", "linkedin.com lnkd.in licdn.com", false },
	{ "facebook", "facebook.com facebookmail.com fb.com meta.com fbcdn.net", false },
	{ "instagram", "instagram.com facebook.com meta.com", false },
	{ "whatsapp", "whatsapp.com whatsapp.net", false },
	{ "twitter", "twitter.com x.com twimg.com t.co", false },
	{ "telegram", "telegram.org t.me", true },
	{ "github", "github.com github.io githubusercontent.com githubassets.com github.dev", false },
	{ "coinbase", "coinbase.com", false },
	{ "binance", "binance.com binance.us bnbstatic.com", false },
	{ "metamask", "metamask.io", false },
	{ "blockchain", "blockchain.com", true },
	{ "wetransfer", "wetransfer.com we.tl", false },
	{ "americanexpress", "americanexpress.com aexp.com americanexpress.co.jp", false },
	{ "mastercard", "mastercard.com mastercard.co.jp", false },
	{ "wellsfargo", "wellsfargo.com", false },
	{ "bankofamerica", "bankofamerica.com", false },
	{ "rakuten",
	  "rakuten.co.jp rakuten.com rakuten-card.co.jp rakuten-bank.co.jp rakuten-sec.co.jp rakuten.ne.jp r10s.jp",
	  false },
	{ "mercari", "mercari.com mercari.jp merpay.com", false },
	{ "smbc", "smbc.co.jp smbc-card.com smbc-comsec.com smbcgroup.com vpass.ne.jp smbcnikko.co.jp", true },
	{ "mitsuisumitomo", "smbc.co.jp smbc-card.com", false },
	{ "mufg", "mufg.jp bk.mufg.jp cr.mufg.jp mufgcard.com sc.mufg.jp", true },
	{ "mizuhobank", "mizuhobank.co.jp mizuho-fg.co.jp mizuho-fg.com", false },
	{ "mizuho", "mizuhobank.co.jp mizuho-fg.co.jp mizuho-fg.com mizuho-sc.com", true },
	{ "resonabank", "resonabank.co.jp resona-gr.co.jp", false },
	{ "jcb", "jcb.co.jp jcb.com jcbglobal.com my.jcb", true },
	{ "docomo", "docomo.ne.jp docomo.co.jp nttdocomo.co.jp nttdocomo.com smt.docomo.ne.jp", false },
	{ "softbank", "softbank.jp softbank.ne.jp softbank.co.jp group.softbank i.softbank.jp ymobile.jp", false },
	{ "kddi", "kddi.com kddi.ne.jp au.com auone.jp ezweb.ne.jp", true },
	{ "paypay", "paypay.ne.jp paypay-bank.co.jp paypay-card.co.jp paypay-sec.co.jp", true },
	{ "japanpost", "japanpost.jp post.japanpost.jp jp-bank.japanpost.jp jp-life.japanpost.jp", false },
	{ "kuronekoyamato", "kuronekoyamato.co.jp yamato-hd.co.jp", false },
	{ "sagawa-exp", "sagawa-exp.co.jp", true },
	{ "etc-meisai", "etc-meisai.jp", true },
	{ "eposcard", "eposcard.co.jp", false },
	{ "saisoncard", "saisoncard.co.jp a-q-f.com", false },
	{ "aeonbank", "aeonbank.co.jp aeon.co.jp aeon.info", false },
	{ "aeoncard", "aeon.co.jp aeon.info aeonbank.co.jp", false },
	{ "viewcard", "viewsnet.jp jreast.co.jp eki-net.com", true },
	{ "eki-net", "eki-net.com jreast.co.jp", true },
	{ "monex", "monex.co.jp monexgroup.jp", true },
	{ "sbisec", "sbisec.co.jp sbigroup.co.jp", false },
	{ "nomura", "nomura.co.jp nomuraholdings.com", true },
	{ "yodobashi", "yodobashi.com", false },
	{ "nintendo", "nintendo.com nintendo.co.jp nintendo.net", false },
	{ "playstation", "playstation.com sony.com sonyentertainmentnetwork.com", false },
};
#define BRANDS ((unsigned)(sizeof(brands) / sizeof(brands[0])))

/* Of whom only the domains are told: their names are too short or too common to be looked for. */
static const char *const domains_only[] = {
	"dhl.com dhl.de",
	"ups.com",
	"usps.com",
	"line.me line.biz",
	"yahoo.co.jp yahoo.com",
	"nta.go.jp e-tax.nta.go.jp",
	"au.com auone.jp",
	"chase.com",
	"citi.com",
	"hsbc.com hsbc.co.uk",
	"visa.com visa.co.jp",
	"ebay.com",
	"steampowered.com steamcommunity.com",
	"zoom.us zoom.com",
	"aeon.co.jp aeon.info",
	"irs.gov",
	"gov.uk",
	"myna.go.jp",
	"orico.co.jp",
	"jaccs.co.jp",
	"tepco.co.jp",
	"nhk.or.jp nhk.jp",
};
#define DOMAINS_ONLY ((unsigned)(sizeof(domains_only) / sizeof(domains_only[0])))

/* The label that is registered: "example" of mail.example.co.jp. */
static struct span name_of(struct span domain)
{
	struct span name = host_registrable(domain);

	return line_cut(name, line_find(name, '.'));
}

/* "example.com" or "Example=example.com". */
static bool listed(const char *const *list, unsigned *n, bool own, struct brand *brand)
{
	struct span text, name;

	for (; list && *list; list++) {
		if ((*n)-- > 0)
			continue;
		text = text_span(*list);
		name = line_until(&text, '=');
		*brand = (struct brand){ .name = text.len ? name : name_of(name),
					 .domains = text.len ? text : name,
					 .own = own };
		return true;
	}
	return false;
}

bool brand_at(const struct exam *e, unsigned n, struct brand *brand)
{
	if (listed(e->settings->own_domains, &n, true, brand) || listed(e->settings->brands, &n, false, brand))
		return true;
	if (n < BRANDS) {
		*brand = (struct brand){ text_span(brands[n].name), text_span(brands[n].domains), brands[n].word,
					 false };
		return true;
	}
	n -= BRANDS;
	if (n >= DOMAINS_ONLY)
		return false;
	*brand = (struct brand){ .domains = text_span(domains_only[n]), .word = true };
	return true;
}

static bool lies_in(struct span host, struct span domain)
{
	size_t above = host.len - domain.len;

	return host.len >= domain.len && line_same(line_from(host, above), domain) &&
	       (above == 0 || host.ptr[above - 1] == '.');
}

bool brand_has(const struct brand *brand, struct span host)
{
	struct span rest = brand->domains, domain;

	while (text_word(&rest, &domain))
		if (lies_in(host, domain))
			return true;
	return false;
}

bool brand_of(const struct exam *e, struct span host, struct brand *brand)
{
	for (unsigned n = 0; brand_at(e, n, brand); n++)
		if (brand_has(brand, host))
			return true;
	return false;
}

struct span brand_domain(const struct brand *brand)
{
	struct span rest = brand->domains, domain;

	text_word(&rest, &domain);
	return domain;
}
