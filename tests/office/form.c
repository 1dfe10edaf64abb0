/*
 * An order's form: one page of A4 with Polish letters, to be printed, signed
 * and sent back, drawn as the desk draws its own; or its words alone.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "revocation/paper.h"
#include "tests/office/office.h"

static const char *
text_of(const json_t *o, const char *name)
{
	return json_string_value(json_object_get(o, name));
}

/* A kind of certificate as it is called on paper; as told where it is not here. */
static const char *
kind_on_paper(const char *kind)
{
	static const struct {
		const char *kind, *name;
	} names[] = {
		{ "signature", "podpis elektroniczny" },
		{ "seal", "piecz\u0119\u0107 elektroniczna" },
		{ "email", "podpis poczty" },
		{ "logon", "logowanie" },
		{ "encryption", "szyfrowanie" },
		{ "website", "witryna" },
	};

	for (size_t i = 0; kind && i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i].kind, kind) == 0)
			return names[i].name;
	return kind;
}

/* Whom it concerns is known to whoever signs: only masked is it here. */
static void
write_form(struct paper *p, const struct order *order)
{
	const json_t *whom = json_object_get(order->told, "whom");
	const json_t *product = json_object_get(order->told, "product");

	paper_init(p, "Zam\u00f3wienie certyfikatu", order->number);
	paper_field(p, "Numer zam\u00f3wienia", order->number);
	paper_field(p, "Rodzaj", kind_on_paper(text_of(product, "kind")));
	paper_field(p, "Kwalifikowany", json_is_true(json_object_get(product,
	    "qualified")) ? "tak" : "nie");
	paper_head(p, "Zamawiaj\u0105cy");
	paper_field(p, "Imi\u0119 i nazwisko", text_of(whom, "name"));
	paper_field(p, "Identyfikator", text_of(whom, "id"));
	paper_field(p, "Organizacja", text_of(whom, "organization"));
	paper_blank(p, "Dow\u00f3d to\u017csamo\u015bci");
	paper_say(p, "O\u015bwiadczam, \u017ce dane s\u0105 zgodne z prawd\u0105, "
	    "i przyjmuj\u0119 warunki \u015bwiadczenia us\u0142ug.");
	paper_sign(p, "podpis zamawiaj\u0105cego", "podpis inspektora");
	paper_foot(p, "Urz\u0105d Pr\u00f3bny, zamowienia@urzad.example");
}

void
form_make(const struct order *order, bool words, struct answer *answer)
{
	struct err err = { 0 };
	struct paper p;
	char *text;
	int rc = 0;

	if (words && order->pdf_only) {
		answer_problem(answer, 406, "bad-request",
		    "This form is a PDF and nothing else.");
		return;
	}
	write_form(&p, order);
	if (words) {
		text = paper_plain(&p);
		answer_text(answer, 200, text);
		free(text);
	} else {
		rc = paper_pdf(&p, NULL, &answer->body, &err);
		answer->status = 200;
		answer->type = "application/pdf";
	}
	paper_clear(&p);
	if (rc == -1)
		answer_problem(answer, 500, "no-form", err.detail[0] ?
		    err.detail : err.what);
}
