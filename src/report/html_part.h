/* html_part.h - the parts that the page is made of; report/html.c joins them. */
#ifndef REPORT_HTML_PART_H
#define REPORT_HTML_PART_H

#include "report/view.h"

/* The style sheet, and the word that a Content-Security-Policy allows it by: "'sha256-...'". */
extern const char html_style[];
#define HTML_STYLE_HASH 64
char *html_style_hash(char hash[HTML_STYLE_HASH]);

/* <tag class="class">escaped text</tag>; class may be NULL. */
void html_element(FILE *out, const char *tag, const char *class, const char *text);

/* A label and its value in a <dl>. */
void html_pair(FILE *out, const char *label, const char *value);

/* "HIGH 重要" as a badge, the Japanese marked as such. */
void html_severity(FILE *out, enum severity severity);

/* One incident as an <article>; its heading is <h3> or, within an attack of several, <h4>. */
void html_incident(FILE *out, const struct incident *incident, unsigned level);

/* The traffic over time with the incidents' spans; nothing when there was no traffic. */
void html_chart(FILE *out, const struct run *run, const struct view *view);

#endif
