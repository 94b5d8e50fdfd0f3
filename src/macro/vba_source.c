/* vba_source.c - statements ([MS-VBAL] 5): procedures, declarations, assignments; whatever else is expressions. */
#include "macro/vba_source.h"

static bool at_end(const struct vba_lex *lex)
{
	return lex->now.kind == VBA_BREAK || lex->now.kind == VBA_END;
}

static void skip_statement(struct vba_lex *lex)
{
	while (!at_end(lex))
		vba_lex_next(lex);
}

static bool is_any(const struct vba_lex *lex, const char *const *words)
{
	for (; *words; words++)
		if (vba_is_word(lex, *words))
			return true;
	return false;
}

/* Sub, Function, Property Get, Event: what follows is a name. */
static bool skip_procedure_words(struct vba_lex *lex)
{
	static const char *const words[] = { "sub", "function", "property", NULL };
	static const char *const kinds[] = { "get", "let", "set", NULL };

	if (!is_any(lex, words))
		return false;
	vba_lex_next(lex);
	if (is_any(lex, kinds) && vba_lex_peek(lex) != '(')
		vba_lex_next(lex);
	return true;
}

/* Declare PtrSafe Function NAME Lib "file" Alias "name" (...): all of them tell what will be called. */
static void read_declare(struct vba_fold *f)
{
	vba_lex_next(&f->lex);
	while (!at_end(&f->lex) && !vba_is_sign(&f->lex, '(')) {
		if (f->lex.now.kind == VBA_WORD || f->lex.now.kind == VBA_TEXT)
			macro_word(f->macro, f->lex.now.text);
		vba_lex_next(&f->lex);
	}
	skip_statement(&f->lex);
}

/* NAME As Type = value, of Const and of parameters. */
static void read_constants(struct vba_fold *f)
{
	struct span name = { 0 };

	while (!at_end(&f->lex)) {
		if (vba_is_sign(&f->lex, '=') && name.len) {
			vba_lex_next(&f->lex);
			vba_assign(f, name, vba_expression(f));
			name.len = 0;
			continue;
		}
		if (vba_is_sign(&f->lex, ','))
			name.len = 0;
		else if (f->lex.now.kind == VBA_WORD && !name.len)
			name = f->lex.now.text;
		vba_lex_next(&f->lex);
	}
}

/* The expressions of a statement, up to its end, or to the next one on its line: If x Then y = z Else ... */
static void read_expressions(struct vba_fold *f)
{
	static const char *const joints[] = { "then", "else", NULL };

	while (!at_end(&f->lex)) {
		const uint8_t *before = f->lex.rest.ptr;

		if (is_any(&f->lex, joints)) {
			vba_lex_next(&f->lex);
			return;
		}
		vba_use(f, vba_expression(f));
		if (f->lex.rest.ptr == before && !at_end(&f->lex))
			vba_lex_next(&f->lex);
	}
}

/* NAME = ..., Set NAME = ... */
static void read_assignment(struct vba_fold *f)
{
	struct span name = f->lex.now.text;

	vba_lex_next(&f->lex);
	vba_lex_next(&f->lex);
	vba_assign(f, name, vba_expression(f));
	read_expressions(f);
}

static void read_statement(struct vba_fold *f, struct vba_source *read)
{
	static const char *const before[] = { "public", "private", "friend", "static", "global", "call", "let", "set", NULL };
	static const char *const nothing[] = { "end", "exit", "option", "dim", "redim", "implements", "goto", "resume", NULL };
	struct vba_lex *lex = &f->lex;

	while (is_any(lex, before))
		vba_lex_next(lex);
	if (skip_procedure_words(lex)) {
		read->procedures++;
		if (lex->now.kind == VBA_WORD)
			macro_procedure(f->macro, lex->now.text);
		skip_statement(lex);
	} else if (is_any(lex, nothing) && vba_lex_peek(lex) != '=') {
		skip_statement(lex);
	} else if (vba_is_word(lex, "declare")) {
		read_declare(f);
	} else if (vba_is_word(lex, "const")) {
		vba_lex_next(lex);
		read_constants(f);
	} else if (lex->now.kind == VBA_WORD && vba_lex_peek(lex) == '=') {
		read_assignment(f);
	} else {
		read_expressions(f);
	}
}

bool vba_source_read(struct vba_fold *f, struct span source, struct vba_source *read)
{
	struct vba_lex *lex = &f->lex;

	if (!exam_work(f->macro->e, source.len * 16))
		return false;
	for (*lex = vba_lex_begin(source); lex->now.kind != VBA_END;) {
		if (lex->now.kind == VBA_BREAK) {
			vba_lex_next(lex);
			continue;
		}
		if (vba_is_word(lex, "attribute")) {
			vba_lex_skip_line(lex);
			continue;
		}
		read->lines += !vba_is_word(lex, "option");
		read_statement(f, read);
	}
	return true;
}
