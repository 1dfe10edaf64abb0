/* certmake NAME: the DER of one profile, or without a name the names. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/unit/certmake.h"

int
main(int argc, char **argv)
{
	const struct make *m;
	uint8_t *der;
	size_t len;

	if (argc < 2) {
		for (size_t i = 0; (m = make_profile_at(i)) != NULL; i++)
			printf("%s\n", m->name);
		return 0;
	}
	m = make_profile(argv[1]);
	if (m == NULL) {
		fprintf(stderr, "certmake: no profile %s\n", argv[1]);
		return 1;
	}
	der = make_cert(m, &len);
	fwrite(der, 1, len, stdout);
	free(der);
	return fflush(stdout) != 0;
}
