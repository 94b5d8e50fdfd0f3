/*
 * html_style.c - the page's style sheet, and its SHA-256 for the page's own security policy.
 *
 * Colours come in pairs for light and dark; every text has at least 4.5:1 against its ground
 * (WCAG 2.2 AA). Colour never tells anything alone: words stand beside it.
 */
#include "report/html_part.h"

const char html_style[] =
	/* grounds, inks; c-* is a severity's strong colour, on which --on is written */
	":root{--ground:#f5f4f0;--card:#fffefb;--ink:#1d1e22;--soft:#5b5e66;--line:#dcd9d0;"
	"--tint:#efede6;--on:#fff;--critical:#8c1030;--high:#b3341a;--warning:#8a5a00;"
	"--notice:#23608f;--info:#5b5e66;--calm:#2a6a44;--in:#2b5c94;--out:#8a6114;--link:#23568c}"
	"@media (prefers-color-scheme:dark){:root{--ground:#131519;--card:#1b1e24;--ink:#e9e7e1;"
	"--soft:#a7aab2;--line:#343942;--tint:#232730;--on:#14161a;--critical:#ff8fa3;"
	"--high:#ff9a7a;--warning:#f0bd5c;--notice:#8cc0ee;--info:#b3b6be;--calm:#86cfa2;"
	"--in:#7fb2ea;--out:#e0b35e;--link:#9cc6f2}}"
	"*{box-sizing:border-box}"
	"html{-webkit-text-size-adjust:100%}"
	"body{margin:0 auto;max-width:62rem;padding:1.75rem 1.5rem 3rem;background:var(--ground);"
	"color:var(--ink);font:1rem/1.55 system-ui,-apple-system,\"Segoe UI\",Roboto,"
	"\"Noto Sans\",\"Hiragino Sans\",\"Noto Sans JP\",\"Noto Sans CJK JP\",\"Yu Gothic UI\","
	"sans-serif;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}h1{word-break:keep-all}"
	"h1,h2,h3,h4,h5,p,dl,dd,ul,ol,figure{margin:0;padding:0}"
	"h1{font-size:1.85rem;line-height:1.22;letter-spacing:-.015em;font-weight:650}"
	"h2{font-size:1.2rem;line-height:1.3;letter-spacing:-.005em;margin:2.75rem 0 1rem;"
	"font-weight:650}"
	"h3{font-size:1.3rem;line-height:1.3;letter-spacing:-.01em;font-weight:650}"
	"h4{font-size:1.12rem;line-height:1.35;font-weight:650}"
	".halves h4,.halves h5{font-size:.95rem;margin:0 0 .6rem;font-weight:650}"
	"a{color:var(--link)}"
	"a:focus-visible{outline:3px solid var(--link);outline-offset:3px;border-radius:4px}"
	"code,.parties,.path{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"
	"\"DejaVu Sans Mono\",monospace;font-size:.9em}"
	".note{color:var(--soft);font-size:.92rem}"
	/* the top */
	".brand{display:flex;align-items:center;gap:.5rem;color:var(--soft);font-weight:600;"
	"letter-spacing:.01em;margin-bottom:1.25rem}"
	".brand svg{fill:none;stroke:currentColor;stroke-width:1.3;stroke-linecap:round;"
	"stroke-linejoin:round}.brand .bell{stroke:var(--high);stroke-width:2.2}"
	".answer{--c:var(--info);background:var(--card);border:1px solid var(--line);"
	"border-left:.45rem solid var(--c);border-radius:.7rem;padding:1.5rem 1.6rem}"
	".answer h1{color:var(--c)}.answer p{margin-top:.5rem;font-size:1.08rem;max-width:46rem}"
	".critical{--c:var(--critical)}.high{--c:var(--high)}.warning{--c:var(--warning)}"
	".notice{--c:var(--notice)}.info{--c:var(--info)}.calm{--c:var(--calm)}"
	".unjudged{--c:var(--warning)}"
	".badge{display:inline-block;background:var(--c);color:var(--on);border-radius:.35rem;"
	"padding:.1rem .5rem;font-size:.78rem;font-weight:700;letter-spacing:.03em;"
	"white-space:nowrap;-webkit-print-color-adjust:exact;print-color-adjust:exact}"
	".glance{list-style:none;margin-top:1rem;border-top:1px solid var(--line)}"
	".glance li{border-bottom:1px solid var(--line)}"
	".glance a{display:grid;grid-template-columns:8.2rem minmax(10rem,auto) 1fr;gap:.2rem 1rem;"
	"align-items:baseline;padding:.55rem .35rem;color:inherit;text-decoration:none}"
	".glance a:hover strong{text-decoration:underline}.glance .badge{justify-self:start}"
	".glance strong{font-weight:600}.glance .parties{color:var(--soft);text-align:right}"
	/* cards */
	".card{--c:var(--line);background:var(--card);border:1px solid var(--line);"
	"border-radius:.7rem;padding:1.4rem 1.6rem;margin-top:1rem}"
	"article.card{border-top:.25rem solid var(--c)}"
	"article.critical{--c:var(--critical)}article.high{--c:var(--high)}"
	"article.warning{--c:var(--warning)}article.notice{--c:var(--notice)}"
	"article.info{--c:var(--info)}"
	"article:target{outline:2px solid var(--c);outline-offset:3px}"
	".attack{border-left:2px solid var(--line);padding-left:1.25rem;margin-top:1.5rem}"
	".kicker{display:flex;flex-wrap:wrap;gap:.6rem;align-items:baseline;margin-bottom:.5rem}"
	".number{color:var(--soft);font-size:.9rem}"
	".going{font-size:.85rem;font-weight:600;border:1px solid currentColor;border-radius:1rem;"
	"padding:0 .6rem;color:var(--c)}"
	"article .parties{margin-top:.25rem;font-size:.95rem}"
	".direction{color:var(--soft)}"
	".say{margin-top:.9rem;font-size:1.06rem;max-width:46rem}"
	".gloss{margin-top:.35rem;color:var(--soft);font-size:.94rem;max-width:46rem}"
	".facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(14.5rem,1fr));"
	"gap:.9rem 1.5rem;margin:1.2rem 0;padding:1.1rem 0;border:solid var(--line);"
	"border-width:1px 0}"
	"dt{color:var(--soft);font-size:.85rem}"
	".facts dd{font-size:.95rem}"
	".halves{display:grid;grid-template-columns:1fr 1fr;gap:1.5rem 2rem;align-items:start}"
	".why div{padding:.42rem 0;border-bottom:1px solid var(--line)}"
	".why div:last-child{border-bottom:0}.why dd{font-size:.95rem}"
	".advice{background:var(--tint);border-radius:.55rem;padding:1rem 1.2rem}"
	".advice ol{padding-left:1.35rem}.advice li{padding:.2rem 0 .2rem .25rem}"
	".advice li::marker{font-weight:700}"
	/* the capture, and counters */
	".rows div{display:grid;grid-template-columns:9rem 1fr;gap:.1rem 1.25rem;padding:.5rem 0;"
	"border-bottom:1px solid var(--line)}.rows div:last-child{border-bottom:0}"
	".rows dd{grid-column:2}.rows dt{padding-top:.12rem}"
	".rows.card{padding-top:.6rem;padding-bottom:.6rem}"
	".trouble div{grid-template-columns:1fr}.trouble dd{grid-column:1}"
	".trouble dt{color:var(--ink);font-weight:600;font-size:1rem}"
	".trouble.card{border-left:.3rem solid var(--warning)}.trouble+.note{margin-top:.7rem}"
	"table{border-collapse:collapse;width:100%}"
	"th,td{text-align:left;padding:.45rem 1rem .45rem 0;vertical-align:baseline;"
	"border-bottom:1px solid var(--line)}tbody tr:last-child td{border-bottom:0}"
	"th{color:var(--soft);font-size:.85rem;font-weight:400}.count{text-align:right;width:7rem}"
	"footer{margin-top:2.5rem;color:var(--soft);font-size:.88rem}"
	/* the chart */
	"figure.card{padding:1.1rem 1.2rem}svg{display:block;max-width:100%}"
	"figure svg{width:100%;height:auto;overflow:visible}.narrow{display:none!important}"
	"figcaption{margin-top:.7rem}"
	"svg text{fill:var(--soft);font-size:12.5px}"
	"svg .title{fill:var(--ink);font-weight:600}svg .end{text-anchor:end}"
	"svg .middle{text-anchor:middle}"
	"svg .halo{paint-order:stroke;stroke:var(--card);stroke-width:4px;stroke-linejoin:round;"
	"fill:var(--ink)}"
	"svg .grid{stroke:var(--line);stroke-width:1;fill:none}"
	"svg .axis{stroke:var(--soft);stroke-width:1;fill:none}"
	"svg .in{fill:var(--in);fill-opacity:.3;stroke:var(--in);stroke-width:1.2}"
	"svg .out{stroke:var(--out);stroke-width:1.2}.wide .out{fill:url(#hatch-wide)}"
	".narrow .out{fill:url(#hatch-narrow)}"
	"svg .hatch{stroke:var(--out);stroke-width:1.6;opacity:.7}"
	"svg .all{fill:var(--soft);fill-opacity:.22;stroke:var(--soft);stroke-width:1.2}"
	"svg .band{fill:var(--c);fill-opacity:.1}svg .plate{fill:var(--card)}"
	"svg .edge{stroke:var(--c);stroke-opacity:.55;stroke-dasharray:2 4;fill:none}"
	"svg .bar{fill:var(--c)}svg a:hover text{text-decoration:underline}"
	/* a phone */
	"@media screen and (max-width:44rem){body{padding:1.1rem 1rem 2rem}h1{font-size:1.5rem}"
	".answer{padding:1.15rem 1.15rem}.answer p{font-size:1rem}"
	".card{padding:1.1rem 1.1rem}figure.card{padding:.9rem .6rem}"
	".halves{grid-template-columns:1fr}.attack{padding-left:0;border-left:0}"
	".facts{grid-template-columns:1fr;gap:.55rem}"
	".facts div{display:grid;grid-template-columns:6.6rem 1fr;gap:.75rem}.facts "
	"dt{padding-top:.1rem}"
	".glance a{grid-template-columns:1fr;gap:.15rem}.glance .parties{text-align:left}"
	".rows div{grid-template-columns:1fr}.rows dd{grid-column:1}"
	"th,td{padding-right:.6rem}.count{width:auto}td code{font-size:.8em}"
	".wide{display:none!important}.narrow{display:block!important;max-width:30rem;"
	"margin:0 auto}}"
	/* paper */
	"@media print{:root{--ground:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#bbb;"
	"--tint:#f4f4f4;--on:#fff;--critical:#8c1030;--high:#b3341a;--warning:#8a5a00;"
	"--notice:#23608f;--info:#5b5e66;--calm:#2a6a44;--in:#2b5c94;--out:#8a6114;--link:#000}"
	"body{max-width:none;padding:0;font-size:10.5pt}.card,.answer,figure,tr,.why div"
	"{break-inside:avoid}h2,h3,h4,h5{break-after:avoid}.wide{display:block!important}"
	".narrow{display:none!important}.halves{grid-template-columns:1fr 1fr}"
	"article:target{outline:0}}";

/* SHA-256 (FIPS 180-4). */
static const uint32_t sha_constants[64] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4,
	0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe,
	0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f,
	0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7,
	0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc,
	0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
	0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116,
	0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
	0xc67178f2,
};

static uint32_t rotr(uint32_t value, unsigned by)
{
	return value >> by | value << (32 - by);
}

static void sha_block(uint32_t h[8], const uint8_t block[64])
{
	uint32_t w[64], v[8];

	for (int i = 0; i < 16; i++)
		w[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 |
		       (uint32_t)block[4 * i + 2] << 8 | block[4 * i + 3];
	for (int i = 16; i < 64; i++)
		w[i] = w[i - 16] + w[i - 7] +
		       (rotr(w[i - 15], 7) ^ rotr(w[i - 15], 18) ^ w[i - 15] >> 3) +
		       (rotr(w[i - 2], 17) ^ rotr(w[i - 2], 19) ^ w[i - 2] >> 10);
	memcpy(v, h, sizeof(v));
	for (int i = 0; i < 64; i++) {
		uint32_t e = v[4], a = v[0];
		uint32_t one = v[7] + (rotr(e, 6) ^ rotr(e, 11) ^ rotr(e, 25)) +
			       ((e & v[5]) ^ (~e & v[6])) + sha_constants[i] + w[i];
		uint32_t two = (rotr(a, 2) ^ rotr(a, 13) ^ rotr(a, 22)) +
			       ((a & v[1]) ^ (a & v[2]) ^ (v[1] & v[2]));

		memmove(v + 1, v, 7 * sizeof(v[0]));
		v[4] += one;
		v[0] = one + two;
	}
	for (int i = 0; i < 8; i++)
		h[i] += v[i];
}

static void sha256(struct span text, uint8_t digest[32])
{
	uint32_t h[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
			 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
	uint64_t bits = (uint64_t)text.len * 8;
	uint8_t tail[128] = {0};
	size_t length;

	for (; text.len >= 64; text.ptr += 64, text.len -= 64)
		sha_block(h, text.ptr);
	memcpy(tail, text.ptr, text.len);
	tail[text.len] = 0x80;
	length = text.len < 56 ? 64 : 128;
	for (unsigned i = 0; i < 8; i++)
		tail[length - 1 - i] = (uint8_t)(bits >> 8 * i);
	for (size_t at = 0; at < length; at += 64)
		sha_block(h, tail + at);
	for (int i = 0; i < 32; i++)
		digest[i] = (uint8_t)(h[i / 4] >> (24 - 8 * (i % 4)));
}

char *html_style_hash(char hash[HTML_STYLE_HASH])
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	uint8_t digest[33] = {0}; /* a zero more: base64 takes three bytes at a time */
	char *at = hash;

	sha256(text_span(html_style), digest);
	at += snprintf(at, HTML_STYLE_HASH, "'sha256-");
	for (int i = 0; i < 33; i += 3) {
		uint32_t v = (uint32_t)digest[i] << 16 | (uint32_t)digest[i + 1] << 8 |
			     digest[i + 2];

		*at++ = digits[v >> 18];
		*at++ = digits[v >> 12 & 63];
		*at++ = digits[v >> 6 & 63];
		*at++ = i < 30 ? digits[v & 63] : '=';
	}
	memcpy(at, "'", 2);
	return hash;
}
