/* Polish numbers with a check digit, and the forms identifiers come in. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "cert/ident.h"
#include "cert/parts.h"

/* Made-up numbers; the check digits were reckoned by hand. */
static void
test_pesel(void **state)
{
	static const char *const right[] = {
		"44051401359", "02070803628", "00810100002", "440514-01359",
	};
	static const char *const wrong[] = {
		"", "4405140135", "440514013590", "4405140135x", "44051401358",
		"44050401359", "00000000000", "44-51401359", "44133201354",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(right) / sizeof(right[0]); i++)
		assert_true(ident_pesel_ok(right[i]));
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_false(ident_pesel_ok(wrong[i]));
}

static void
test_nip(void **state)
{
	static const char *const right[] = {
		"1234563218", "123-456-32-18", "5260001246",
	};
	static const char *const wrong[] = {
		"", "123456321", "12345632188", "1234563219", "2134563218",
		"0000000000", "123456321a",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(right) / sizeof(right[0]); i++)
		assert_true(ident_nip_ok(right[i]));
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_false(ident_nip_ok(wrong[i]));
}

/* Any single wrong digit is found, for that is what check digits are for. */
static void
test_one_wrong_digit(void **state)
{
	char s[] = "44051401359", n[] = "1234563218";

	(void)state;
	for (size_t at = 0; s[at] != '\0'; at++) {
		char was = s[at];

		for (s[at] = '0'; s[at] <= '9'; s[at]++)
			assert_int_equal(ident_pesel_ok(s), s[at] == was);
		s[at] = was;
	}
	for (size_t at = 0; n[at] != '\0'; at++) {
		char was = n[at];

		for (n[at] = '0'; n[at] <= '9'; n[at]++)
			assert_int_equal(ident_nip_ok(n), n[at] == was);
		n[at] = was;
	}
}

static const struct {
	const char		*text;
	enum cert_id_kind	 kind;
	const char		*country, *value;
	int			 checksum;
	bool			 old_form;
} persons[] = {
	{ "PNOPL-44051401359", ID_PNO, "PL", "44051401359", 1, false },
	{ "PNOPL-44051401358", ID_PNO, "PL", "44051401358", 0, false },
	{ "PNODE-44051401358", ID_PNO, "DE", "44051401358", -1, false },
	{ "PASUK-123456789", ID_PAS, "UK", "123456789", -1, false },
	{ "IDCPL-ABC123456", ID_IDC, "PL", "ABC123456", -1, false },
	{ "TINPL-1234563218", ID_TIN, "PL", "1234563218", 1, false },
	{ "TINPL-44051401359", ID_TIN, "PL", "44051401359", 1, false },
	{ "TINPL-1234563219", ID_TIN, "PL", "1234563219", 0, false },
	{ "TAXPL-1234563218", ID_TAX, "PL", "1234563218", 1, false },
	{ "EI:SE-200007292386", ID_LOCAL, "SE", "200007292386", -1, false },
	{ "PESEL:44051401359", ID_PNO, "PL", "44051401359", 1, true },
	{ "PESEL: 44051401359", ID_PNO, "PL", "44051401359", 1, true },
	{ "PESEL-44051401358", ID_PNO, "PL", "44051401358", 0, true },
	{ "NIP:123-456-32-18", ID_TIN, "PL", "123-456-32-18", 1, true },
	{ "NIP: 1234563219", ID_TIN, "PL", "1234563219", 0, true },
	{ "44051401359", ID_OTHER, "", "44051401359", -1, false },
	{ "PNOpl-44051401359", ID_OTHER, "", "PNOpl-44051401359", -1, false },
	{ "PNOPL", ID_OTHER, "", "PNOPL", -1, false },
	{ "PESEL", ID_OTHER, "", "PESEL", -1, false },
	{ "PNO", ID_OTHER, "", "PNO", -1, false },
	{ "P", ID_OTHER, "", "P", -1, false },
	{ "", ID_OTHER, "", "", -1, false },
	{ NULL, ID_NONE, "", NULL, -1, false },
};

static void
test_persons(void **state)
{
	struct cert_id id = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(persons) / sizeof(persons[0]); i++) {
		ident_person(persons[i].text, &id);
		assert_int_equal(id.kind, persons[i].kind);
		assert_string_equal(id.country, persons[i].country);
		if (persons[i].value == NULL)
			assert_null(id.value);
		else
			assert_string_equal(id.value, persons[i].value);
		assert_int_equal(id.checksum, persons[i].checksum);
		assert_int_equal(id.old_form, persons[i].old_form);
	}
	free(id.value);
}

static void
test_organisations(void **state)
{
	struct cert_id id = { 0 };

	(void)state;
	ident_organisation("VATPL-1234563218", &id);
	assert_int_equal(id.kind, ID_VAT);
	assert_int_equal(id.checksum, 1);
	ident_organisation("VATPL-1234563219", &id);
	assert_int_equal(id.checksum, 0);
	ident_organisation("VATPL-44051401359", &id);
	assert_int_equal(id.checksum, 0);
	ident_organisation("NTRPL-0000012345", &id);
	assert_int_equal(id.kind, ID_NTR);
	assert_int_equal(id.checksum, -1);
	ident_organisation("PSDPL-PFSA-1234567890", &id);
	assert_int_equal(id.kind, ID_PSD);
	assert_string_equal(id.value, "PFSA-1234567890");
	ident_organisation("PNOPL-44051401359", &id);
	assert_int_equal(id.kind, ID_OTHER);
	ident_organisation(NULL, &id);
	assert_int_equal(id.kind, ID_NONE);
	assert_null(id.value);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pesel),
		cmocka_unit_test(test_nip),
		cmocka_unit_test(test_one_wrong_digit),
		cmocka_unit_test(test_persons),
		cmocka_unit_test(test_organisations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
