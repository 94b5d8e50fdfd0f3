/* elements.h - what is done at the elements that mean something: one function each, by the vocabulary that has it. */
#ifndef XMLDOC_ELEMENTS_H
#define XMLDOC_ELEMENTS_H

#include "xmldoc/walk.h"

/* package.c: relationships, types, controls, ribbons */
void package_relationship(struct walk *w, const struct tag *tag);
void package_type(struct walk *w, const struct tag *tag);
void package_control(struct walk *w, const struct tag *tag);
void package_ribbon(struct walk *w, const struct tag *tag);

/* word.c: texts and fields; what a click on a slide does */
void word_text(struct walk *w, const struct tag *tag);
void word_blank(struct walk *w, const struct tag *tag);
void word_paragraph_end(struct walk *w);
void word_instruction(struct walk *w, const struct tag *tag);
void word_field(struct walk *w, const struct tag *tag);
void word_field_simple(struct walk *w, const struct tag *tag);
void word_template(struct walk *w, const struct tag *tag);
void word_link(struct walk *w, const struct tag *tag);
void word_image(struct walk *w, const struct tag *tag);
void word_frame(struct walk *w, const struct tag *tag);
void word_base(struct walk *w, const struct tag *tag);
void word_video(struct walk *w, const struct tag *tag);
void slide_click(struct walk *w, const struct tag *tag);
void slide_command(struct walk *w, const struct tag *tag);

/* sheet.c: formulas, names, links of workbooks */
void sheet_formula(struct walk *w, const struct tag *tag);
void sheet_name(struct walk *w, const struct tag *tag);
void sheet_of_book(struct walk *w, const struct tag *tag);
void sheet_of_macros(struct walk *w, const struct tag *tag);
void sheet_dde_link(struct walk *w, const struct tag *tag);
void sheet_connection(struct walk *w, const struct tag *tag);
void sheet_web_query(struct walk *w, const struct tag *tag);
void sheet_text_query(struct walk *w, const struct tag *tag);
void sheet_database(struct walk *w, const struct tag *tag);
void sheet_mashup(struct walk *w, const struct tag *tag);
void sheet_old_cell(struct walk *w, const struct tag *tag);
void sheet_old_name(struct walk *w, const struct tag *tag);
void sheet_old_visible(struct walk *w, const struct tag *tag);
void sheet_old_book(struct walk *w, const struct tag *tag);
void sheet_old_query(struct walk *w, const struct tag *tag);

/* odf.c */
void odf_document(struct walk *w, const struct tag *tag);
void odf_link(struct walk *w, const struct tag *tag);
void odf_object(struct walk *w, const struct tag *tag);
void odf_image(struct walk *w, const struct tag *tag);
void odf_source(struct walk *w, const struct tag *tag);
void odf_template(struct walk *w, const struct tag *tag);
void odf_listener(struct walk *w, const struct tag *tag);
void odf_dde(struct walk *w, const struct tag *tag);
void odf_module(struct walk *w, const struct tag *tag);
void odf_cell(struct walk *w, const struct tag *tag);
void odf_encryption(struct walk *w, const struct tag *tag);

/* flat.c: packages that are one file */
void flat_part(struct walk *w, const struct tag *tag);
void flat_part_end(struct walk *w);
void flat_binary(struct walk *w, const struct tag *tag);
void flat_word(struct walk *w, const struct tag *tag);
void flat_book(struct walk *w, const struct tag *tag);
void flat_package(struct walk *w, const struct tag *tag);
void flat_script(struct walk *w, const struct tag *tag);
void flat_instruction(struct walk *w, struct span text); /* <?...?> */

#endif
