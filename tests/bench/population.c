#include "tests/bench/population.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "tests/bench/population_names.h"

#define NEL(a)		(sizeof(a) / sizeof *(a))

#define BLOCK		16	/* rows that are dealt out to persons together */
#define DAY		INT64_C(86400)
#define YEAR		(INT64_C(365) * DAY)
#define FILLER_BASE	(UINT64_C(1) << 48)	/* persons behind all others */

/*
 * Zipf-Mandelbrot, weight 1/(rank + shift): with this the commonest surname
 * comes to about half a percent, and the first of a sex's given names to about
 * four, as they do in the country's register.
 */
#define SURNAME_SHIFT	35.0
#define GIVEN_SHIFT	6.0

#define CROWD_MAX	128	/* given names of one sex */

struct pop {
	uint64_t	 seed;
	size_t		 nsurnames;
	double		*surnames;	/* summed weights, by rank */
	uint16_t	*tail;		/* stems times endings, shuffled */
	double		 women[CROWD_MAX], men[CROWD_MAX];
};

/* Which of whose certificates a row is. */
struct place {
	uint64_t	 person;
	unsigned	 k, n;
};

uint64_t
pop_next(uint64_t *state)
{
	uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

unsigned
pop_below(uint64_t *state, unsigned n)
{
	return (unsigned)((pop_next(state) >> 32) * n >> 32);
}

uint64_t
pop_stream(uint64_t seed, uint64_t i)
{
	uint64_t state = seed * UINT64_C(0xd1342543de82ef95) + i;

	return pop_next(&state) ^ seed;
}

static double
fraction(uint64_t *state)
{
	return (double)(pop_next(state) >> 11) * 0x1p-53;
}

static bool
percent(uint64_t *state, unsigned p)
{
	return pop_below(state, 100) < p;
}

static void
sum_weights(double *sums, size_t n, double shift)
{
	double total = 0;

	for (size_t i = 0; i < n; i++)
		sums[i] = total += 1.0 / ((double)i + 1 + shift);
	for (size_t i = 0; i < n; i++)
		sums[i] /= total;
}

static size_t
rank(uint64_t *state, const double *sums, size_t n)
{
	double u = fraction(state);
	size_t low = 0, high = n - 1;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (sums[middle] < u)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* --- names ------------------------------------------------------------------ */

/* The form of one sex out of "owski/owska", put behind a stem. */
static void
put_surname(char *buf, size_t size, const char *stem, const char *ending,
    bool woman)
{
	const char *slash = strchr(ending, '/');
	int len = slash ? (int)(slash - ending) : (int)strlen(ending);

	if (woman && slash)
		snprintf(buf, size, "%s%s", stem, slash + 1);
	else
		snprintf(buf, size, "%s%.*s", stem, len, ending);
}

static bool
ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return n > m && strcmp(s + n - m, end) == 0;
}

static void
put_listed(char *buf, size_t size, const char *name, bool woman)
{
	snprintf(buf, size, "%s", name);
	if (woman && (ends_with(name, "ski") || ends_with(name, "cki") ||
	    ends_with(name, "dzki") || ends_with(name, "ny")))
		buf[strlen(buf) - 1] = 'a';
}

static void
one_surname(const struct pop *p, uint64_t *s, bool woman, char *buf,
    size_t size)
{
	size_t r = rank(s, p->surnames, p->nsurnames), t;

	if (r < pop_surnames_count) {
		put_listed(buf, size, pop_surnames[r], woman);
		return;
	}
	t = p->tail[r - pop_surnames_count];
	put_surname(buf, size, pop_stems[t / pop_endings_count],
	    pop_endings[t % pop_endings_count], woman);
}

static void
surname(const struct pop *p, uint64_t *s, struct pop_row *row)
{
	char first[40], second[40];

	one_surname(p, s, row->woman, first, sizeof first);
	if (row->woman && percent(s, 5)) {
		one_surname(p, s, true, second, sizeof second);
		snprintf(row->surname, sizeof row->surname, "%s-%s", first,
		    second);
	} else
		snprintf(row->surname, sizeof row->surname, "%s", first);
}

/* Names go out of fashion: one of another age is mostly drawn again. */
static void
given(const struct pop *p, uint64_t *s, const struct pop_row *row, char *buf,
    size_t size)
{
	const char *const *names = row->woman ? pop_women : pop_men;
	size_t n = row->woman ? pop_women_count : pop_men_count;
	const double *sums = row->woman ? p->women : p->men;
	const char *name = names[0];
	char unfit = row->born.year < 1965 ? 'y' :
	    row->born.year >= 1980 ? 'o' : ' ';

	for (int tries = 0; tries < 6; tries++) {
		name = names[rank(s, sums, n)];
		if (name[0] != unfit || percent(s, 10))
			break;
	}
	snprintf(buf, size, "%s", name + 1);
}

static void
foreign_names(uint64_t *s, struct pop_row *row)
{
	size_t pair = pop_below(s, (unsigned)(pop_foreign_given_count / 2));

	snprintf(row->given, sizeof row->given, "%s",
	    pop_foreign_given[2 * pair + row->woman]);
	snprintf(row->surname, sizeof row->surname, "%s", pop_foreign_surnames
	    [pop_below(s, (unsigned)pop_foreign_surnames_count)]);
}

/* As certificates print it: mostly given name first. */
static void
holder(uint64_t *s, struct pop_row *row)
{
	bool both = row->second[0] != '\0' && percent(s, 50);

	if (percent(s, 4))
		snprintf(row->holder, sizeof row->holder, "%s %s",
		    row->surname, row->given);
	else
		snprintf(row->holder, sizeof row->holder, "%s%s%s %s",
		    row->given, both ? " " : "", both ? row->second : "",
		    row->surname);
}

/* --- numbers ---------------------------------------------------------------- */

/* Digits times weights, for check digits. */
static int
weigh(const char *digits, const int *weights, size_t n)
{
	int sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += (digits[i] - '0') * weights[i];
	return sum;
}

/* The century of birth is told by the month: 20 more from 2000 on. */
static void
pesel(uint64_t *s, struct pop_row *row)
{
	static const int weights[] = { 1, 3, 7, 9, 1, 3, 7, 9, 1, 3 };
	unsigned number = pop_below(s, 5000) * 2 + (row->woman ? 0 : 1);
	size_t n = sizeof row->pesel;

	snprintf(row->pesel, n, "%02u%02u%02u%04u",
	    (unsigned)row->born.year % 100,
	    ((unsigned)row->born.month + (row->born.year >= 2000 ? 20 : 0)) %
	    100, (unsigned)row->born.day % 100, number % 10000);
	row->pesel[10] = (char)('0' + (10 - weigh(row->pesel, weights,
	    NEL(weights)) % 10) % 10);
	row->pesel[11] = '\0';
}

/* A remainder of ten is never given out: the next number then. */
static void
nip(uint64_t *s, struct pop_row *row)
{
	static const int weights[] = { 6, 5, 7, 2, 3, 4, 5, 6, 7 };
	unsigned number = 101000000 + pop_below(s, 898000000);
	int check;

	do {
		snprintf(row->nip, sizeof row->nip, "%09u", number++ %
		    1000000000);
		check = weigh(row->nip, weights, NEL(weights)) % 11;
	} while (check == 10);
	row->nip[9] = (char)('0' + check);
	row->nip[10] = '\0';
}

static void
document(uint64_t *s, struct pop_row *row)
{
	static const char countries[][3] = { "UA", "DE", "BY", "VN", "FR",
	    "CZ", "SK", "NO", "ES", "TR" };

	memcpy(row->country, countries[pop_below(s, NEL(countries))], 3);
	snprintf(row->document, sizeof row->document, "%c%c%07u",
	    'A' + pop_below(s, 26), 'A' + pop_below(s, 26),
	    pop_below(s, 10000000));
}

/* --- addresses and companies ------------------------------------------------ */

static void
email(uint64_t *s, struct pop_row *row)
{
	char first[48], last[96], digits[8] = "";
	const char *tag = percent(s, 4) ? "+podpis" : "";

	(void)text_fold(row->given, first, sizeof first);
	(void)text_fold(row->surname, last, sizeof last);
	for (char *c = last; *c != '\0'; c++)
		if (*c == ' ')
			*c = '-';
	if (percent(s, 60))
		snprintf(digits, sizeof digits, "%u", pop_below(s, 1000));
	snprintf(row->email, sizeof row->email, "%.*s%s%s%s%s@poczta%u.example",
	    percent(s, 30) ? 1 : 40, first, percent(s, 80) ? "." : "_", last,
	    digits, tag, pop_below(s, 3000));
	if (percent(s, 3) && row->email[0] >= 'a' && row->email[0] <= 'z')
		row->email[0] = (char)(row->email[0] - 'a' + 'A');
}

static void
company(uint64_t *s, struct pop_row *row)
{
	char name[64];

	put_surname(name, sizeof name,
	    pop_stems[pop_below(s, (unsigned)pop_stems_count)],
	    percent(s, 50) ? "pol" : "ex", false);
	snprintf(row->org, sizeof row->org, "%s %s%s",
	    pop_trades[pop_below(s, (unsigned)pop_trades_count)], name,
	    pop_legal_forms[pop_below(s, (unsigned)pop_legal_forms_count)]);
	nip(s, row);
}

/* --- a person, and one of the person's certificates ------------------------- */

static void
person(const struct pop *p, uint64_t who, struct pop_row *row)
{
	uint64_t s = pop_stream(p->seed ^ 0x70, who);
	bool foreign = percent(&s, 4);

	memset(row, 0, sizeof *row);
	row->person = who;
	row->woman = percent(&s, 52);
	/* Mostly of working age: the sum of two draws has its top inside. */
	row->born = date_from_days(date_to_days((struct date){ 1940, 1, 1 }) +
	    pop_below(&s, 12600) + pop_below(&s, 12600));
	if (foreign)
		foreign_names(&s, row);
	else {
		given(p, &s, row, row->given, sizeof row->given);
		if (percent(&s, 30))
			given(p, &s, row, row->second, sizeof row->second);
		surname(p, &s, row);
	}
	if (strcmp(row->second, row->given) == 0)
		row->second[0] = '\0';
	holder(&s, row);
	if (foreign && percent(&s, 70))
		document(&s, row);
	else if (percent(&s, 97))
		pesel(&s, row);
	if (percent(&s, 85))
		email(&s, row);
	if (percent(&s, 25))
		company(&s, row);
	row->issuer = pop_below(&s, 1 + pop_below(&s, POP_ISSUERS));
}

/* Some issuers count; the others draw 16 to 20 bytes. */
static void
serial(uint64_t *s, uint64_t i, struct pop_row *row)
{
	if (row->issuer % 4 == 3) {
		uint64_t number = 0x10000 + i;

		for (int shift = 56; shift >= 0; shift -= 8)
			if (number >> shift != 0)
				row->serial[row->serial_len++] =
				    (uint8_t)(number >> shift);
		return;
	}
	row->serial_len = 16 + row->issuer % 5;
	for (size_t k = 0; k < row->serial_len; k++)
		row->serial[k] = (uint8_t)pop_next(s);
	row->serial[0] = (uint8_t)((row->serial[0] & 0x7f) | 1);
}

static void
status(uint64_t *s, struct pop_row *row)
{
	unsigned u = pop_below(s, 1000);
	int64_t age = POP_NOW - row->not_before;

	row->reason = -1;
	if (u >= 600 || age <= 0)
		return;		/* never asked */
	row->status = u < 30 ? STATUS_REVOKED :
	    u < 33 ? STATUS_SUSPENDED : STATUS_GOOD;
	row->status_at = POP_NOW - pop_below(s, 90) * DAY;
	if (row->status == STATUS_GOOD)
		return;
	row->reason = row->status == STATUS_SUSPENDED ? 6 :
	    (int)(u % 2 == 0 ? 1 : 4);
	row->revoked_at = row->not_before + (int64_t)(fraction(s) *
	    (double)(age < 3 * YEAR ? age : 3 * YEAR));
	if (row->status_at < row->revoked_at)
		row->status_at = row->revoked_at;
}

/*
 * The k-th of a person's n: in pairs, a qualified one and one for mail and
 * logging on, or one by one; each period renews the one before, and every
 * second period brings a new card.
 */
static void
certificate(const struct pop *p, const struct place *at, uint64_t i,
    struct pop_row *row)
{
	uint64_t s = pop_stream(p->seed ^ 0x71, at->person);
	unsigned pair = percent(&s, 60) ? 2 : 1;
	unsigned period = at->k / pair, last = (at->n - 1) / pair;
	int64_t years = 1 + pop_below(&s, 3), span = years * YEAR;
	int64_t begun = POP_NOW - (int64_t)(fraction(&s) * 1.25 *
	    (double)span);
	uint64_t card = pop_stream(p->seed ^ 0x72, at->person * 8 + period / 2);

	row->not_before = begun - (last - period) * (span - 20 * DAY);
	row->not_after = row->not_before + span - 1;
	row->qualified = at->k % pair == 0;
	row->uses = row->qualified ? 1u << PURPOSE_QSIGN :
	    1u << PURPOSE_EMAIL | 1u << PURPOSE_LOGON | 1u << PURPOSE_ENCRYPT;
	snprintf(row->card_token, sizeof row->card_token, "%016llX",
	    (unsigned long long)pop_next(&card));
	snprintf(row->card_number, sizeof row->card_number, "%08u%08u",
	    64350000 + row->issuer, pop_below(&card, 100000000));
	row->card_model = pop_models[row->issuer % pop_models_count];
	s = pop_stream(p->seed ^ 0x73, i);
	serial(&s, i, row);
	snprintf(row->order, sizeof row->order, "ZAM/%d/%08llu",
	    date_from_days(row->not_before / DAY).year,
	    (unsigned long long)i);
	status(&s, row);
}

/* Deal a block's rows out until this one's turn. */
static void
place_of(const struct pop *p, uint64_t i, struct place *at)
{
	static const uint8_t shares[] = { 1, 1, 1, 2, 2, 2, 2, 3, 3, 4, 5 };
	uint64_t s = pop_stream(p->seed ^ 0x74, i / BLOCK);
	unsigned in = (unsigned)(i % BLOCK), first = 0, n;

	for (;;) {
		n = shares[pop_below(&s, NEL(shares))];
		if (first + n > BLOCK)
			n = BLOCK - first;
		if (in < first + n)
			break;
		first += n;
	}
	*at = (struct place){ .person = i - in + first, .k = in - first,
	    .n = n };
}

void
pop_row(const struct pop *p, uint64_t i, struct pop_row *row)
{
	struct place at;

	place_of(p, i, &at);
	person(p, at.person, row);
	certificate(p, &at, i, row);
}

/*
 * Three syllables of one consonant (or two that count as one) and one vowel
 * each can be read back in one way only, so no two numbers share a word.
 */
static void
filler_word(uint64_t k, char *buf, size_t size)
{
	static const char *const onsets[] = { "b", "br", "c", "ch", "cz", "d",
	    "dr", "f", "g", "gr", "h", "k", "kr", "l", "m", "n", "p", "pr",
	    "r", "rz", "s", "sk", "st", "sz", "t", "tr", "w", "wr", "z", "zd" };
	static const char vowels[] = "aeiouy";
	static const char *const endings[] = { "ski", "k", "cz", "l", "n" };
	const uint64_t per = NEL(onsets) * (sizeof vowels - 1);
	const uint64_t all = per * per * per;
	uint64_t x = k * UINT64_C(2654435761) % all;	/* a prime: one to one */
	size_t n = 0;

	for (int i = 0; i < 3; i++, x /= per)
		n += (size_t)snprintf(buf + n, size - n, "%s%c",
		    onsets[x % per / (sizeof vowels - 1)],
		    vowels[x % (sizeof vowels - 1)]);
	snprintf(buf + n, size - n, "%s", endings[k % NEL(endings)]);
	buf[0] = (char)(buf[0] - 'a' + 'A');
}

void
pop_filler(const struct pop *p, uint64_t k, struct pop_row *row)
{
	struct place at = { .person = FILLER_BASE + k, .k = 0, .n = 1 };
	uint64_t s = pop_stream(p->seed ^ 0x75, k);

	person(p, at.person, row);
	filler_word(k, row->surname, sizeof row->surname);
	row->second[0] = '\0';
	holder(&s, row);
	certificate(p, &at, at.person, row);
}

/* --- the table -------------------------------------------------------------- */

static void
shuffle(uint64_t seed, uint16_t *v, size_t n)
{
	uint64_t s = pop_stream(seed, 0x76);

	for (size_t i = 0; i < n; i++)
		v[i] = (uint16_t)i;
	for (size_t i = n - 1; i > 0; i--) {
		size_t j = pop_below(&s, (unsigned)i + 1);
		uint16_t t = v[i];

		v[i] = v[j];
		v[j] = t;
	}
}

struct pop *
pop_new(uint64_t seed)
{
	struct pop *p = mem_alloc(sizeof *p);
	size_t tail = pop_stems_count * pop_endings_count;

	if (pop_women_count > CROWD_MAX || pop_men_count > CROWD_MAX ||
	    tail > UINT16_MAX)
		panic("the population's tables are too long");
	p->seed = seed;
	p->nsurnames = pop_surnames_count + tail;
	p->surnames = mem_array(p->nsurnames, sizeof *p->surnames);
	p->tail = mem_array(tail, sizeof *p->tail);
	sum_weights(p->surnames, p->nsurnames, SURNAME_SHIFT);
	sum_weights(p->women, pop_women_count, GIVEN_SHIFT);
	sum_weights(p->men, pop_men_count, GIVEN_SHIFT);
	shuffle(seed, p->tail, tail);
	return p;
}

void
pop_free(struct pop *p)
{
	if (p == NULL)
		return;
	free(p->surnames);
	free(p->tail);
	free(p);
}
