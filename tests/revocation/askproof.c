/*
 * usage: askproof request ISSUER SERIAL [sha256]	a request in DER; its
 *							nonce is 0, 1, 2 ...
 *	  askproof ocsp ISSUER SERIAL ANSWER NOW	judge an answer
 *	  askproof crl ISSUER SERIAL LIST NOW		look a list through
 *	  askproof walk ISSUER SERIAL LIST NOW		without its signature
 *	  askproof read - - LIST			read it: the floor
 *	  askproof time ISSUER SERIAL ANSWER NOW	judge again and again
 *
 * Proofs by hand, for shell tests and the bench: ISSUER is a certificate's file,
 * SERIAL hex, NOW seconds ("now": this moment).  Prints what came out, and on a
 * second line seconds, processor seconds and peak KiB; time: microseconds of
 * ours, and of OpenSSL's own functions for the same.
 */
#include "config.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <openssl/ocsp.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "cert/crlfind.h"
#include "cert/file.h"
#include "cert/ocsp.h"
#include "cert/pem.h"

#define TIMES	500
#define BLOCK	((size_t)64 << 10)

struct run {
	struct cert_list	 issuer;
	uint8_t			 serial[CERT_SERIAL_MAX];
	size_t			 len;
	const char		*path;
	int64_t			 now;
	struct ocsp_about	 about;
	struct err		 err;
};

static double
seconds(clockid_t id)
{
	struct timespec t;

	(void)clock_gettime(id, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int
tell(const struct run *r)
{
	char said[512];

	printf("%s %s\n", err_id(r->err.code), r->err.detail);
	fprintf(stderr, "askproof: %s\n", err_sentence(&r->err, said,
	    sizeof said));
	return 1;
}

/* --- OCSP ----------------------------------------------------------------------- */

static int
request(struct run *r)
{
	struct buf out;

	buf_init(&out, 4096);
	if (ocsp_request(&r->about, &out, &r->err) != 0)
		return tell(r);
	(void)fwrite(out.data, 1, out.len, stdout);
	buf_clear(&out);
	return 0;
}

static int
judge(struct run *r, const struct buf *answer)
{
	struct ocsp_answer a;

	if (ocsp_judge(span_of(answer->data, answer->len), &r->about, r->now,
	    &a, &r->err) != 0)
		return tell(r);
	printf("%s %d%s%s\n", ocsp_state_id(a.state), a.reason,
	    a.nonce ? " nonce" : "", a.delegated ? " delegated" : "");
	return 0;
}

/* What openssl ocsp does with an answer, without its process. */
static bool
by_openssl(const struct run *r, const struct buf *answer)
{
	const unsigned char *p = answer->data, *q = r->about.issuer.p;
	OCSP_RESPONSE *response = d2i_OCSP_RESPONSE(NULL, &p,
	    (long)answer->len);
	X509 *ca = d2i_X509(NULL, &q, (long)r->about.issuer.len);
	OCSP_BASICRESP *basic = OCSP_response_get1_basic(response);
	X509_STORE *store = X509_STORE_new();
	BIGNUM *bn = BN_bin2bn(r->serial, (int)r->len, NULL);
	ASN1_INTEGER *serial = BN_to_ASN1_INTEGER(bn, NULL);
	OCSP_CERTID *id = OCSP_cert_id_new(EVP_sha1(),
	    X509_get_subject_name(ca), X509_get0_pubkey_bitstr(ca), serial);
	int status = -1;
	bool ok;

	X509_STORE_add_cert(store, ca);
	ok = OCSP_basic_verify(basic, NULL, store, 0) == 1 &&
	    OCSP_resp_find_status(basic, id, &status, NULL, NULL, NULL,
	    NULL) == 1;
	OCSP_CERTID_free(id);
	ASN1_INTEGER_free(serial);
	BN_free(bn);
	X509_STORE_free(store);
	OCSP_BASICRESP_free(basic);
	X509_free(ca);
	OCSP_RESPONSE_free(response);
	return ok;
}

static int
time_both(struct run *r, const struct buf *answer)
{
	double start = seconds(CLOCK_PROCESS_CPUTIME_ID), ours, theirs;
	struct ocsp_answer a;

	for (int i = 0; i < TIMES; i++) {
		if (ocsp_judge(span_of(answer->data, answer->len), &r->about,
		    r->now, &a, &r->err) != 0)
			return tell(r);
	}
	ours = seconds(CLOCK_PROCESS_CPUTIME_ID) - start;
	start = seconds(CLOCK_PROCESS_CPUTIME_ID);
	for (int i = 0; i < TIMES; i++) {
		if (!by_openssl(r, answer))
			return 1;
	}
	theirs = seconds(CLOCK_PROCESS_CPUTIME_ID) - start;
	printf("%.1f %.1f\n", 1e6 * ours / TIMES, 1e6 * theirs / TIMES);
	return 0;
}

static int
ocsp(struct run *r, bool timed)
{
	struct buf answer;
	int rc;

	buf_init(&answer, 2 * OCSP_ANSWER_MAX);
	if (file_read(r->path, r->path, &answer, &r->err) != 0)
		return tell(r);
	rc = timed ? time_both(r, &answer) : judge(r, &answer);
	buf_clear(&answer);
	return rc;
}

/* --- lists ------------------------------------------------------------------------ */

static int
find(struct run *r, struct stream *in)
{
	struct crlfind_about about = { .issuer = r->about.issuer,
	    .serial = r->about.serial };
	struct crlfind_answer a;

	if (crlfind(in, &about, r->now, &a, &r->err) != 0)
		return tell(r);
	printf("%s %d entries %lld odd %lld\n", a.listed ? "listed" : "absent",
	    a.reason, (long long)a.entries, (long long)a.odd);
	crlfind_clear(&a);
	return 0;
}

static int
see_entries(const struct crl_entry *entries, size_t n, void *arg)
{
	struct run *r = arg;

	for (size_t i = 0; i < n; i++)
		if (entries[i].serial.len == r->len &&
		    memcmp(entries[i].serial.p, r->serial, r->len) == 0)
			puts("listed");
	return 0;
}

static int
walk(struct run *r, struct stream *in)
{
	struct crl_walk to = { .entries = see_entries, .arg = r };
	struct stream *made, *der;
	struct crl crl = { 0 };

	if (crl_der(in, &made, &der, &r->err) != 0 ||
	    crl_read(der, &to, &crl, &r->err) != 0)
		return tell(r);
	printf("entries %lld\n", (long long)crl.entries);
	crl_clear(&crl);
	pem_stream_close(made);
	return 0;
}

static int
list(struct run *r, bool verified)
{
	struct stream *in;
	int rc;

	if (stream_open(&in, r->path, &r->err) != 0)
		return tell(r);
	rc = verified ? find(r, in) : walk(r, in);
	stream_close(in);
	return rc;
}

static int
read_it(const char *path)
{
	uint8_t *block = mem_alloc(BLOCK);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;
	size_t all = 0;

	while (fd >= 0 && (n = read(fd, block, BLOCK)) > 0)
		all += (size_t)n;
	printf("%zu\n", all);
	free(block);
	return fd < 0 || close(fd) != 0;
}

/* --- the command -------------------------------------------------------------------- */

static int
prepare(struct run *r, int argc, char **argv)
{
	const char *hex = argv[3];

	if (cert_file_read(argv[2], NULL, &r->issuer, &r->err) != 0)
		return -1;
	for (; hex[0] != '\0' && hex[1] != '\0' && r->len < CERT_SERIAL_MAX;
	    hex += 2) {
		char digits[3] = { hex[0], hex[1], '\0' };

		r->serial[r->len++] = (uint8_t)strtoul(digits, NULL, 16);
	}
	r->path = argc > 4 ? argv[4] : NULL;
	r->now = argc > 5 && strcmp(argv[5], "now") != 0 ?
	    strtoll(argv[5], NULL, 10) : clock_now();
	r->about.issuer = r->issuer.ders[0];
	r->about.serial = span_of(r->serial, r->len);
	r->about.sha256 = r->path != NULL && strcmp(r->path, "sha256") == 0;
	for (size_t i = 0; i < OCSP_NONCE_LEN; i++)
		r->about.nonce[i] = (uint8_t)i;
	return 0;
}

static int
dispatch(struct run *r, const char *verb)
{
	if (strcmp(verb, "request") == 0)
		return request(r);
	if (r->path == NULL)
		return 2;
	if (strcmp(verb, "ocsp") == 0 || strcmp(verb, "time") == 0)
		return ocsp(r, verb[0] == 't');
	return list(r, strcmp(verb, "crl") == 0);
}

int
main(int argc, char **argv)
{
	double wall = seconds(CLOCK_MONOTONIC);
	struct run r = { .err = ERR_INIT };
	struct rusage usage;
	int rc;

	if (argc < 4) {
		fputs("usage: askproof VERB ISSUER SERIAL [FILE [NOW]]\n",
		    stderr);
		return 2;
	}
	if (strcmp(argv[1], "read") == 0)
		rc = argc > 4 ? read_it(argv[4]) : 2;
	else if (prepare(&r, argc, argv) != 0)
		return tell(&r);
	else
		rc = dispatch(&r, argv[1]);
	if (strcmp(argv[1], "request") != 0) {
		(void)getrusage(RUSAGE_SELF, &usage);
		printf("%.4f %.4f %ld\n", seconds(CLOCK_MONOTONIC) - wall,
		    seconds(CLOCK_PROCESS_CPUTIME_ID), usage.ru_maxrss);
	}
	cert_list_clear(&r.issuer);
	return rc;
}
