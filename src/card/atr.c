#include "config.h"

#include "card/model.h"

#define ATR_DIRECT	0x3b	/* TS, ISO 7816-3 8.1 */
#define ATR_INVERSE	0x3f
#define T1_MORE		0x80	/* of T0 and TDi: TD(i+1) follows */

static int
nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* One digit into the low half of value and mask; -1 when it is none. */
static int
take_digit(char c, bool dots, uint8_t *value, uint8_t *mask)
{
	int n = dots && c == '.' ? 0 : nibble(c);

	if (n == -1)
		return -1;
	*value = (uint8_t)(*value << 4 | n);
	*mask = (uint8_t)(*mask << 4 | (c == '.' ? 0x0 : 0xf));
	return 0;
}

size_t
atr_parse(const char *s, uint8_t *atr, uint8_t *mask, size_t max)
{
	size_t n = 0;

	while (*s != '\0') {
		uint8_t value = 0, bits = 0;

		if (*s == ' ' || *s == ':') {
			s++;
			continue;
		}
		if (n == max ||
		    take_digit(s[0], mask != NULL, &value, &bits) == -1 ||
		    take_digit(s[1], mask != NULL, &value, &bits) == -1)
			return 0;
		atr[n] = value;
		if (mask != NULL)
			mask[n] = bits;
		n++;
		s += 2;
	}
	return n;
}

/* How many of TA, TB, TC follow, by the upper half of T0 or TDi. */
static size_t
count_abc(uint8_t y)
{
	return (size_t)((y >> 4 & 1) + (y >> 5 & 1) + (y >> 6 & 1));
}

bool
atr_valid(const uint8_t *atr, size_t len, size_t *hist, size_t *hist_len)
{
	size_t at = 2;
	bool check = false;
	uint8_t y;

	*hist = *hist_len = 0;
	if (len < 2 || len > CARD_ATR_MAX ||
	    (atr[0] != ATR_DIRECT && atr[0] != ATR_INVERSE))
		return false;
	y = atr[1];
	for (;;) {
		at += count_abc(y);
		if ((y & T1_MORE) == 0)
			break;
		if (at >= len)
			return false;
		y = atr[at++];
		/* TCK is there unless T=0 is the only protocol named. */
		check = check || (y & 0x0f) != 0;
	}
	*hist = at;
	*hist_len = atr[1] & 0x0f;
	return at + *hist_len + check == len;
}
