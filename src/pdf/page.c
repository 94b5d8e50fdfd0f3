/* page.c - the pages of a PDF: how much of them is one link. */
#include "pdf/judge.h"

#define PAGES   8   /* that are looked at */
#define LINKS   64  /* of a page */
#define PARENTS 8   /* that a page's size is looked for in */
#define MOST    0.4 /* of a page's area that is a link */

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

void pdf_judge_page(struct pdf *pdf, const struct pdf_dict *page)
{
	struct pdf_array annotations;
	struct pdf_value value;
	struct box box, link;

	if (!pdf_named(pdf, page, PDF_KEY_Type, "Page") || pdf->pages++ >= PAGES || !page->at[PDF_KEY_Annots])
		return;
	box = page_box(pdf, page);
	annotations = pdf_array(pdf_get(pdf, page, PDF_KEY_Annots));
	for (int i = 0; i < LINKS && pdf_array_next(pdf, &annotations, &value); i++) {
		struct pdf_dict annotation, action;

		if (!pdf_dict(pdf, value, &annotation) || !pdf_named(pdf, &annotation, PDF_KEY_Subtype, "Link") ||
		    !pdf_dict(pdf, pdf_get(pdf, &annotation, PDF_KEY_A), &action) || !action.at[PDF_KEY_URI] ||
		    !read_box(pdf, pdf_get(pdf, &annotation, PDF_KEY_Rect), &link))
			continue;
		if (link.width * link.height > MOST * box.width * box.height)
			exam_find(pdf->e, pdf->part, FINDING_PDF_LURE, pdf_get_text(pdf, &action, PDF_KEY_URI));
	}
}
