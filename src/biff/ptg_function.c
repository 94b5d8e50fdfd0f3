/* ptg_function.c - functions of sheets and macros by number ([MS-XLS] 2.5.198.17 Ftab, 2.5.198.4 Cetab): the ones that
 * malicious macros are made of. */
#include "biff/ptg.h"

static const struct {
	uint16_t number;
	const char *name;
} functions[] = {
	{ 0x01, "IF" }, { 0x04, "SUM" }, { 0x0f, "SIN" }, { 0x18, "ABS" }, { 0x19, "INT" }, { 0x1b, "ROUND" },
	{ 0x1d, "INDEX" }, { 0x1e, "REPT" }, { 0x1f, "MID" }, { 0x20, "LEN" }, { 0x21, "VALUE" }, { 0x24, "AND" },
	{ 0x25, "OR" }, { 0x26, "NOT" }, { 0x27, "MOD" }, { 0x30, "TEXT" }, { 0x35, "GOTO" }, { 0x36, "HALT" },
	{ 0x37, "RETURN" }, { 0x4a, "NOW" }, { 0x4e, "OFFSET" }, { 0x4f, "ABSREF" }, { 0x50, "RELREF" },
	{ 0x51, "ARGUMENT" }, { 0x52, "SEARCH" }, { 0x54, "ERROR" }, { 0x57, "ECHO" }, { 0x58, "SET.NAME" },
	{ 0x59, "CALLER" }, { 0x5a, "DEREF" }, { 0x5e, "ACTIVE.CELL" }, { 0x5f, "SELECTION" }, { 0x60, "RESULT" },
	{ 0x64, "CHOOSE" }, { 0x68, "INPUT" }, { 0x6a, "GET.FORMULA" }, { 0x6b, "GET.NAME" }, { 0x6c, "SET.VALUE" },
	{ 0x6e, "EXEC" }, { 0x6f, "CHAR" }, { 0x70, "LOWER" }, { 0x71, "UPPER" }, { 0x73, "LEFT" }, { 0x74, "RIGHT" },
	{ 0x77, "REPLACE" }, { 0x78, "SUBSTITUTE" }, { 0x79, "CODE" }, { 0x7b, "DIRECTORY" }, { 0x7c, "FIND" },
	{ 0x80, "ISNUMBER" }, { 0x82, "T" }, { 0x83, "N" }, { 0x84, "FOPEN" }, { 0x85, "FCLOSE" }, { 0x86, "FSIZE" },
	{ 0x87, "FREADLN" }, { 0x88, "FREAD" }, { 0x89, "FWRITELN" }, { 0x8a, "FWRITE" }, { 0x8b, "FPOS" },
	{ 0x94, "INDIRECT" }, { 0x95, "REGISTER" }, { 0x96, "CALL" }, { 0xa6, "FILES" }, { 0xab, "FOR" },
	{ 0xac, "WHILE" }, { 0xad, "BREAK" }, { 0xae, "NEXT" }, { 0xaf, "INITIATE" }, { 0xb0, "REQUEST" },
	{ 0xb1, "POKE" }, { 0xb2, "EXECUTE" }, { 0xb3, "TERMINATE" }, { 0xb9, "GET.CELL" }, { 0xba, "GET.WORKSPACE" },
	{ 0xbb, "GET.WINDOW" }, { 0xbc, "GET.DOCUMENT" }, { 0xbf, "GET.NOTE" }, { 0xdd, "TODAY" }, { 0xdf, "ELSE" },
	{ 0xe0, "ELSE.IF" }, { 0xe1, "END.IF" }, { 0xe2, "FOR.CELL" }, { 0xec, "CREATE.OBJECT" }, { 0xed, "VOLATILE" },
	{ 0xf4, "INFO" }, { 0xf6, "GET.OBJECT" }, { 0xf8, "PAUSE" }, { 0xfb, "RESUME" }, { 0x101, "EVALUATE" },
	{ 0x10b, "REGISTER.ID" }, { 0x10c, "GET.WORKBOOK" }, { 0x150, "CONCATENATE" }, { 0x167, "HYPERLINK" },
	{ 0x8000, "BEEP" }, { 0x8001, "OPEN" }, { 0x8003, "CLOSE.ALL" }, { 0x8004, "SAVE" }, { 0x8005, "SAVE.AS" },
	{ 0x8006, "FILE.DELETE" }, { 0x800a, "QUIT" }, { 0x8010, "CLOSE" }, { 0x8011, "RUN" }, { 0x803d, "DEFINE.NAME" },
	{ 0x803f, "FORMULA.GOTO" }, { 0x805d, "HIDE" }, { 0x8060, "FORMULA" }, { 0x8061, "FORMULA.FILL" },
	{ 0x8062, "FORMULA.ARRAY" }, { 0x806d, "SELECT" }, { 0x8076, "ALERT" }, { 0x807a, "MESSAGE" },
	{ 0x807d, "APP.ACTIVATE" }, { 0x8083, "SEND.KEYS" }, { 0x8094, "ON.TIME" }, { 0x8095, "WAIT" },
	{ 0x80ac, "APP.MINIMIZE" }, { 0x80bd, "SEND.MAIL" }, { 0x8119, "WORKBOOK.ADD" }, { 0x8124, "WORKBOOK.ACTIVATE" },
	{ 0x817f, "WORKBOOK.HIDE" }, { 0x8180, "WORKBOOK.UNHIDE" }, { 0x8181, "WORKBOOK.DELETE" },
};

const char *ptg_function(unsigned number)
{
	size_t low = 0, high = sizeof(functions) / sizeof(functions[0]);

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (functions[middle].number == number)
			return functions[middle].name;
		if (functions[middle].number < number)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}
