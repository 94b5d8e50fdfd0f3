/* page.c - the pages of a PDF: what they say, and how much of them is one link. */
#include "pdf/judge.h"

#include "base/text.h"
#include "pdf/text.h"

#define PAGES   8     /* that are looked at */
#define READ    2     /* whose text is read */
#define LINKS   64    /* of a page */
#define PARENTS 8     /* that a page's size is looked for in */
#define MOST    0.4   /* of a page's area that is one link */
#define BUTTON  0.15  /* that is, where there is nothing else to click on, and little to read */
#define TINY    0.0005
#define FEW     800   /* bytes of text */

struct box {
	double width, height;
};

static bool read_box(struct pdf *pdf, struct pdf_value value, struct box *box)
{
	struct pdf_array array = pdf_array(value);
	double edges[4];
	struct pdf_value edge;

	for (int i = 0; i < 4; i++) {
		if (!pdf_array_next(pdf, &array, &edge))
			return false;
		edges[i] = pdf_real(pdf_first(edge).text);
	}
	box->width = edges[2] > edges[0] ? edges[2] - edges[0] : edges[0] - edges[2];
	box->height = edges[3] > edges[1] ? edges[3] - edges[1] : edges[1] - edges[3];
	return true;
}

/* Of the page, or what it inherits (7.7.3.4). */
static struct box page_box(struct pdf *pdf, const struct pdf_dict *page)
{
	struct box box = { 612, 792 };
	struct pdf_dict at = *page, parent;

	for (int i = 0; i < PARENTS; i++) {
		if (at.at[PDF_KEY_MediaBox] && read_box(pdf, pdf_get(pdf, &at, PDF_KEY_MediaBox), &box))
			break;
		if (!at.at[PDF_KEY_Parent] || !pdf_dict(pdf, pdf_get(pdf, &at, PDF_KEY_Parent), &parent))
			break;
		at = parent;
	}
	return box;
}

/* What a page is made of, for those who want it to be clicked on. */
struct link {
	struct span url;
	double share;   /* of the page's area: the largest one's */
	unsigned sites; /* different addresses */
};

/* The address of a link annotation (12.5.6.5); empty: it is none. */
static struct span link_url(struct pdf *pdf, const struct pdf_dict *annotation)
{
	struct pdf_dict action;

	if (!pdf_named(pdf, annotation, PDF_KEY_Subtype, "Link") ||
	    !pdf_dict(pdf, pdf_get(pdf, annotation, PDF_KEY_A), &action))
		return (struct span){ cur_zeros, 0 };
	return pdf_get_text(pdf, &action, PDF_KEY_URI);
}

static struct link largest_link(struct pdf *pdf, const struct pdf_dict *page)
{
	struct pdf_array annotations = pdf_array(pdf_get(pdf, page, PDF_KEY_Annots));
	struct box box = page_box(pdf, page), area;
	struct link largest = { .share = 0 };
	struct pdf_dict annotation;
	struct pdf_value value;

	for (int i = 0; i < LINKS && pdf_array_next(pdf, &annotations, &value); i++) {
		struct span url = pdf_dict(pdf, value, &annotation) ? link_url(pdf, &annotation) :
								      (struct span){ cur_zeros, 0 };
		double share;

		if (!url.len || !read_box(pdf, pdf_get(pdf, &annotation, PDF_KEY_Rect), &area))
			continue;
		share = area.width * area.height / (box.width * box.height + 1);
		if (share < TINY) /* programs that make PDFs leave their own */
			continue;
		largest.sites += !span_equal(url, largest.url);
		if (share > largest.share) {
			largest.share = share;
			largest.url = url;
		}
	}
	return largest;
}

void pdf_judge_page(struct pdf *pdf, const struct pdf_dict *page)
{
	struct link link;
	struct span text = { cur_zeros, 0 };

	if (!pdf_named(pdf, page, PDF_KEY_Type, "Page") || pdf->page++ >= PAGES)
		return;
	link = largest_link(pdf, page);
	if (pdf->page <= READ) {
		text = pdf_page_text(pdf, page);
		exam_text(pdf->e, pdf->part, text);
	}
	if (link.share > MOST || (link.share > BUTTON && link.sites == 1 && pdf->pages <= 2 && text.len < FEW))
		exam_find(pdf->e, pdf->part, FINDING_PDF_LURE, link.url);
}
