/*
 * seesquares TEXT LEFT TOP SIDE: whether a grey picture (PGM on standard input)
 * shows the QR code of TEXT in that square of pixels, margin included, module
 * by module.  Ends with 1 where it does not.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "revocation/squares.h"

#define DARK	128	/* below that */

struct picture {
	int	 wide, high;
	uint8_t	*grey;
};

static int
read_picture(struct picture *p)
{
	size_t n;

	if (scanf("P5 %d %d 255%*c", &p->wide, &p->high) != 2 || p->wide < 1 ||
	    p->high < 1 || p->wide > 10000 || p->high > 10000)
		return -1;
	n = (size_t)p->wide * (size_t)p->high;
	p->grey = malloc(n);
	return p->grey != NULL && fread(p->grey, 1, n, stdin) == n ? 0 : -1;
}

static bool
is_dark(const struct picture *p, double x, double y)
{
	int column = (int)x, row = (int)y;

	return column >= 0 && row >= 0 && column < p->wide && row < p->high &&
	    p->grey[row * p->wide + column] < DARK;
}

int
main(int argc, char **argv)
{
	struct picture p = { 0 };
	struct squares q = { 0 };
	double left, top, module;
	int wrong = 0;

	if (argc != 5 || read_picture(&p) == -1 || 
	    !squares_make(&q, SQUARES_PAPER, "", argv[1])) {
		fputs("usage: seesquares TEXT LEFT TOP SIDE <PGM\n", stderr);
		return 2;
	}
	left = atof(argv[2]);
	top = atof(argv[3]);
	module = atof(argv[4]) / (q.side + 2 * SQUARES_MARGIN);
	for (int row = -SQUARES_MARGIN; row < q.side + SQUARES_MARGIN; row++)
		for (int column = -SQUARES_MARGIN;
		    column < q.side + SQUARES_MARGIN; column++)
			wrong += is_dark(&p,
			    left + (column + SQUARES_MARGIN + 0.5) * module,
			    top + (row + SQUARES_MARGIN + 0.5) * module) !=
			    squares_dark(&q, row, column);
	printf("%d modules a side, %d wrong\n", q.side, wrong);
	squares_clear(&q);
	free(p.grey);
	return wrong == 0 ? 0 : 1;
}
