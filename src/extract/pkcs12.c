/* PKCS#12: its certificates, with the password that a person is asked for. */
#include "config.h"

#include "cert/container.h"
#include "extract/client.h"
#include "extract/readers.h"

struct found {
	struct sink	*sink;
	bool		 damaged;
};

static void
found(struct span der, void *arg)
{
	struct found *f = arg;

	if (der.p != NULL)
		sink_cert(f->sink, der, &(struct mark){ .role = SCRAP_HOLDER });
	else
		f->damaged = true;
}

void
extract_pkcs12(struct span in, struct sink *sink)
{
	struct found f = { .sink = sink };
	struct secret *password = NULL;
	struct err err = ERR_INIT;

	/* The first time round without: some have none. */
	for (int tries = 0; ; tries++) {
		err_clear(&err);
		if (pkcs12_each(in, password, sink_place(sink), found, &f,
		    &err) == 0 || err.code != ERR_WRONG_PASSWORD)
			break;
		secret_free(password);
		password = tries < EXTRACT_TRIES ?
		    sink_password(sink, tries > 0) : NULL;
		if (password == NULL)
			break;
	}
	secret_free(password);
	if (err.code == ERR_NONE && f.damaged)
		sink_problem(sink, ERR_BAD_DATA, "PKCS#12: a certificate");
	else if (err.code != ERR_NONE)
		sink_problem(sink, err.code == ERR_WRONG_PASSWORD ?
		    ERR_WRONG_PASSWORD : ERR_BAD_DATA, "PKCS#12: %s",
		    err.detail);
}
