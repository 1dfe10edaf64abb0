#include "config.h"

#include <openssl/rand.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "tests/card/bytes.h"
#include "tests/office/way.h"

#define HUGE_BYTES	((uint64_t)1 << 30)
#define GARBAGE_BYTES	1000
#define CHUNK		4096
#define ELSEWHERE	"http://127.0.0.1:9/elsewhere"

/* --- bytes, one after another -------------------------------------------------- */

/* False when the office ends or whoever asked has gone; ms -1: until then. */
static bool
pause_ms(const struct way *w, long ms)
{
	struct pollfd p[] = {
		{ .fd = w->stop, .events = POLLIN },
		{ .fd = w->fd, .events = POLLRDHUP },
	};

	return poll(p, 2, (int)ms) == 0;
}

/* A reset at once: what is closed later would be said goodbye to first. */
static void
break_off(const struct way *w)
{
	struct sockaddr nobody = { .sa_family = AF_UNSPEC };

	if (connect(w->fd, &nobody, sizeof(nobody)) == -1)
		panic("office: a connection cannot be reset");
}

/* How many bytes may go now, of those that could: 0 when none will. */
static size_t
let_go(const struct way *w, uint64_t at, size_t could)
{
	uint64_t limit = (uint64_t)w->fault.n;

	switch (w->fault.fault) {
	case FAULT_SLOW:
		return pause_ms(w, w->fault.n) ? 1 : 0;
	case FAULT_STALL:
		if (at < limit)
			return limit - at < could ? (size_t)(limit - at) :
			    could;
		pause_ms(w, -1);
		return 0;
	default:
		return could;
	}
}

static ssize_t
give(void *arg, uint64_t at, char *to, size_t max)
{
	struct way *w = arg;
	size_t n = max;

	if (at == w->size)
		return MHD_CONTENT_READER_END_OF_STREAM;
	if (n > w->size - at)
		n = (size_t)(w->size - at);
	if (at < w->out.len && n > w->out.len - at)
		n = (size_t)(w->out.len - at);
	else if (at >= w->out.len && w->size != HUGE_BYTES)
		n = 0;
	if (n != 0)
		n = let_go(w, at, n);
	if (n == 0) {
		if (w->fault.fault == FAULT_RESET)
			break_off(w);
		return MHD_CONTENT_READER_END_WITH_ERROR;
	}
	if (at < w->out.len)
		memcpy(to, w->out.data + at, n);
	else
		memset(to, 0, n);
	return (ssize_t)n;
}

/* What the way makes of the answer's bytes. */
static void
spoil(struct way *w)
{
	static const uint8_t zeroes[GARBAGE_BYTES];

	w->size = w->out.len;
	switch (w->fault.fault) {
	case FAULT_DROP:
	case FAULT_RESET:
		w->out.len /= 2;
		break;
	case FAULT_GARBAGE:
		bytes_set(&w->out, zeroes, sizeof(zeroes));
		if (RAND_bytes(w->out.data, GARBAGE_BYTES) != 1)
			panic("no random numbers");
		w->size = GARBAGE_BYTES;
		break;
	case FAULT_BOMB:
		bomb_make(&w->out);
		w->size = w->out.len;
		break;
	case FAULT_ENDLESS:
	case FAULT_HUGE:
		w->size = HUGE_BYTES;
		break;
	default:
		break;
	}
}

/* --- headers ---------------------------------------------------------------------- */

static void
add_header(struct MHD_Response *r, const char *name, const char *value)
{
	if (MHD_add_response_header(r, name, value) == MHD_NO)
		panic("http: a header is refused: %s", value);
}

static void
add_time(struct MHD_Response *r, const char *name, int64_t seconds)
{
	time_t t = (time_t)seconds;
	char when[64];
	struct tm tm;

	if (gmtime_r(&t, &tm) == NULL || strftime(when, sizeof(when),
	    "%a, %d %b %Y %H:%M:%S GMT", &tm) == 0)
		panic("http: no time");
	add_header(r, name, when);
}

/* Elsewhere, or to where the same is told (http.c). */
static void
add_location(struct MHD_Response *r, const struct ask *a)
{
	char *here = mem_printf("%s?moved", a->path);

	add_header(r, "Location", a->fault == FAULT_REDIRECT_HERE ? here :
	    ELSEWHERE);
	free(here);
}

static void
add_headers(struct MHD_Response *r, const struct way *w, const struct ask *a,
    const struct answer *answer)
{
	char seconds[24];

	if (answer->type)
		add_header(r, "Content-Type", answer->type);
	if (answer->etag[0] != '\0')
		add_header(r, "ETag", answer->etag);
	if (answer->modified)
		add_time(r, "Last-Modified", answer->modified);
	if (answer->wants)
		add_header(r, "WWW-Authenticate", answer->wants);
	if (w->fault.fault == FAULT_CLOCK)
		add_time(r, "Date", office_now() / 1000 + w->fault.n);
	if (w->fault.fault == FAULT_BOMB)
		add_header(r, "Content-Encoding", "gzip");
	if (answer->status == 302)
		add_location(r, a);
	if (answer->status == 503 || answer->status == 429) {
		snprintf(seconds, sizeof(seconds), "%ld", w->fault.n / 1000);
		add_header(r, "Retry-After", seconds);
	} else if (answer->retry_after) {
		snprintf(seconds, sizeof(seconds), "%ld", answer->retry_after);
		add_header(r, "Retry-After", seconds);
	}
}

enum MHD_Result
way_deliver(struct way *w, const struct ask *a, struct answer *answer)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
	    a->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	struct MHD_Response *r;
	enum MHD_Result rc;

	w->fd = info->connect_fd;
	w->out = answer->body;
	memset(&answer->body, 0, sizeof(answer->body));
	spoil(w);
	if (w->fault.fault == FAULT_LATE && !pause_ms(w, w->fault.n))
		return MHD_NO;
	r = MHD_create_response_from_callback(w->fault.fault == FAULT_ENDLESS ?
	    MHD_SIZE_UNKNOWN : w->size, CHUNK, give, w, NULL);
	if (r == NULL)
		panic("http: no answer can be made");
	if (w->fault.fault == FAULT_HTTP10 && MHD_set_response_options(r,
	    MHD_RF_HTTP_1_0_SERVER, MHD_RO_END) == MHD_NO)
		panic("http: no HTTP/1.0");
	add_headers(r, w, a, answer);
	rc = MHD_queue_response(a->connection, answer->status, r);
	MHD_destroy_response(r);
	return rc;
}

void
way_clear(struct way *w)
{
	if (w->out.data)
		buf_clear(&w->out);
}
