/* The made-up population: the same every time, and shaped like the true one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/text.h"
#include "cert/ident.h"
#include "tests/bench/population.h"

#define ROWS	20000
#define FILLERS	100000

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static size_t
distinct(char **words, size_t n)
{
	size_t k = 0;

	qsort(words, n, sizeof *words, by_text);
	for (size_t i = 0; i < n; i++)
		k += i == 0 || strcmp(words[i - 1], words[i]) != 0;
	for (size_t i = 0; i < n; i++)
		free(words[i]);
	free(words);
	return k;
}

static void
a_row_is_made_of_seed_and_number_alone(void **state)
{
	struct pop *p = pop_new(1), *q = pop_new(1), *other = pop_new(2);
	struct pop_row a, b;
	size_t same = 0;

	(void)state;
	for (uint64_t i = 0; i < 500; i++) {
		pop_row(p, i * 7919, &a);
		pop_row(q, (500 - i) * 7919, &b);
		pop_row(q, i * 7919, &b);
		assert_memory_equal(&a, &b, sizeof a);
		pop_row(other, i * 7919, &b);
		same += strcmp(a.holder, b.holder) == 0;
	}
	assert_true(same < 25);
	pop_free(p);
	pop_free(q);
	pop_free(other);
}

static void
its_numbers_are_right(void **state)
{
	struct pop *p = pop_new(3);
	struct pop_row r;
	size_t pesels = 0, nips = 0, passports = 0, mails = 0;

	(void)state;
	for (uint64_t i = 0; i < ROWS; i++) {
		pop_row(p, i, &r);
		if (r.pesel[0] != '\0') {
			pesels++;
			assert_true(ident_pesel_ok(r.pesel));
			assert_int_equal((r.pesel[9] - '0') % 2, !r.woman);
			assert_int_equal((r.pesel[4] - '0') * 10 + r.pesel[5] -
			    '0', r.born.day);
		}
		if (r.nip[0] != '\0') {
			nips++;
			assert_true(ident_nip_ok(r.nip));
		}
		passports += r.document[0] != '\0';
		mails += strchr(r.email, '@') != NULL;
		assert_in_range(r.serial_len, 2, 20);
		assert_true(r.serial[0] != 0 && r.serial[0] < 0x80);
		assert_true(r.not_before < r.not_after);
		assert_true(r.status != STATUS_REVOKED ||
		    r.revoked_at >= r.not_before);
	}
	assert_in_range(pesels, ROWS * 88 / 100, ROWS * 98 / 100);
	assert_in_range(nips, ROWS * 20 / 100, ROWS * 30 / 100);
	assert_in_range(passports, ROWS / 100, ROWS * 5 / 100);
	assert_in_range(mails, ROWS * 80 / 100, ROWS * 90 / 100);
	pop_free(p);
}

static void
no_two_rows_share_a_serial_number_or_an_order(void **state)
{
	struct pop *p = pop_new(4);
	char **serials = mem_array(ROWS, sizeof *serials);
	char **orders = mem_array(ROWS, sizeof *orders);
	struct pop_row r;
	char hex[64];

	(void)state;
	for (uint64_t i = 0; i < ROWS; i++) {
		pop_row(p, i, &r);
		serials[i] = mem_printf("%u %s", r.issuer, text_hex(r.serial,
		    r.serial_len, 0, hex, sizeof hex));
		orders[i] = mem_strdup(r.order);
	}
	assert_int_equal(distinct(serials, ROWS), ROWS);
	assert_int_equal(distinct(orders, ROWS), ROWS);
	pop_free(p);
}

static void
names_come_as_often_as_they_do(void **state)
{
	struct pop *p = pop_new(5);
	char **names = mem_array(ROWS, sizeof *names);
	size_t commonest = 0, women = 0, doubles = 0;
	struct pop_row r;

	(void)state;
	for (uint64_t i = 0; i < ROWS; i++) {
		pop_row(p, i, &r);
		names[i] = mem_strdup(r.surname);
		commonest += strcmp(r.surname, "Nowak") == 0;
		women += r.woman;
		doubles += strchr(r.surname, '-') != NULL;
		assert_true(!r.woman || strstr(r.surname, "ski") == NULL ||
		    strcmp(r.surname + strlen(r.surname) - 3, "ski") != 0);
	}
	assert_in_range(commonest, ROWS * 3 / 1000, ROWS * 12 / 1000);
	assert_in_range(women, ROWS * 48 / 100, ROWS * 56 / 100);
	assert_in_range(doubles, women * 3 / 100, women * 8 / 100);
	assert_in_range(distinct(names, ROWS), 1500, 6000);
	pop_free(p);
}

static void
persons_have_few_certificates_on_their_cards(void **state)
{
	struct pop *p = pop_new(6);
	struct pop_row r, last = { .person = UINT64_MAX };
	size_t persons = 0, few = 0, n = 0;

	(void)state;
	for (uint64_t i = 0; i < ROWS; i++, last = r) {
		pop_row(p, i, &r);
		if (r.person == last.person) {
			n++;
			assert_string_equal(r.pesel, last.pesel);
			assert_true(r.not_before >= last.not_before);
			continue;
		}
		few += n >= 1 && n <= 3;
		persons++;
		n = 1;
	}
	assert_in_range(few, persons * 70 / 100, persons * 95 / 100);
	pop_free(p);
}

static void
fillers_are_all_of_one_kind_only(void **state)
{
	struct pop *p = pop_new(7);
	char **names = mem_array(FILLERS, sizeof *names), folded[128];
	struct pop_row r;

	(void)state;
	for (uint64_t k = 0; k < FILLERS; k++) {
		pop_filler(p, k, &r);
		(void)text_fold(r.surname, folded, sizeof folded);
		names[k] = mem_strdup(folded);
	}
	assert_int_equal(distinct(names, FILLERS), FILLERS);
	pop_free(p);
}

static void
a_record_says_what_the_row_says(void **state)
{
	struct pop *p = pop_new(8);
	struct pop_row row;
	struct record r;

	(void)state;
	for (uint64_t i = 0; i < 200; i++) {
		pop_row(p, i, &row);
		pop_record(&row, &r);
		assert_string_equal(r.holder, row.holder);
		assert_memory_equal(r.serial, row.serial, row.serial_len);
		assert_int_equal(r.nidents, (row.pesel[0] != '\0') +
		    (row.document[0] != '\0') + (row.nip[0] != '\0') +
		    (row.email[0] != '\0'));
		assert_true(row.pesel[0] == '\0' ||
		    strstr(r.id_mask, row.pesel) == NULL);
		record_clear(&r);
	}
	pop_free(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_row_is_made_of_seed_and_number_alone),
		cmocka_unit_test(its_numbers_are_right),
		cmocka_unit_test(no_two_rows_share_a_serial_number_or_an_order),
		cmocka_unit_test(names_come_as_often_as_they_do),
		cmocka_unit_test(persons_have_few_certificates_on_their_cards),
		cmocka_unit_test(fillers_are_all_of_one_kind_only),
		cmocka_unit_test(a_record_says_what_the_row_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
