/*
 * One case and the way to its authority, for tests of channels: in place of the
 * network stands what answers here, with OpenSSL's own CMP server or with what
 * the test says.
 */
#ifndef TESTS_UNIT_CHANRIG_H
#define TESTS_UNIT_CHANRIG_H

#include <stdbool.h>
#include <stddef.h>

#include "revocation/channel.h"
#include "tests/unit/cmpoffice.h"

#define TRANSACTION	"00112233445566778899aabbccddeeff"
#define MARK		"\x0a\xa2\x0b\xb1\x17"	/* the serial number, all along */

/* How the way there and back goes wrong. */
enum trouble {
	WAY_CLEAR, WAY_DOWN, WAY_LOST, WAY_CUT, WAY_LONG, WAY_GARBAGE,
	WAY_EMPTY, WAY_HTML, WAY_500, WAY_302
};

/* What the network's stand-in plays, one test at a time. */
struct world {
	struct cmpoffice office;
	enum trouble	 trouble;
	bool		 no_issuer;
	/* EJBCA's answers: to GET, and to PUT */
	int		 get_status, put_status;
	const char	*get_json, *put_json;
	/* what it was asked */
	int		 gets, puts, posts;
	char		 url[NET_URL_MAX], ca_file[128], client_key[128];
	unsigned char	*request;
	size_t		 request_len;
};

extern struct world	world;

struct rig {
	struct authority	 authority;
	struct case_row		 row;
	struct case_view	 view;
	struct channel_job	 job;
	struct case_result_of	 result;
	struct secret		*password;
};

int	chanrig_start(void **);		/* of the group: the office */
int	chanrig_end(void **);
int	chanrig_set_up(void **);	/* of one test: *state is a rig */
int	chanrig_tear_down(void **);

/* A setting of the authority's, by value or by the office's file. */
void	set(char **field, const char *value);
void	set_file(char **field, const char *name);

/* Send by a channel and see what became of it. */
void	want(struct rig *, const char *channel, enum case_result,
	    enum err_code);

#define RIG_TEST(f)	\
	cmocka_unit_test_setup_teardown(f, chanrig_set_up, chanrig_tear_down)

#endif
