#include "config.h"

#include "registry/importing.h"
#include "registry/ldif.h"

#define ATTRIBUTE	"userCertificate"

static int
take_value(struct importing *imp, const struct ldif *ldif)
{
	struct err why = ERR_INIT;
	struct record r;
	struct cert *c;
	int rc;

	if (cert_parse(ldif->der.p, ldif->der.len, &c, &why) != 0) {
		importing_bad_err(imp, ldif->line, &why);
		return 0;
	}
	record_of_next(&imp->memo, &r, c, HOW_IMPORT, imp->now);
	rc = importing_store(imp, &r);
	record_clear(&r);
	cert_free(c);
	return rc;
}

static int
take(struct importing *imp, const struct ldif *ldif, enum ldif_got got)
{
	switch (got) {
	case LDIF_LONG:
		importing_bad(imp, ldif->line, ERR_RECORD_LONG, NULL, NULL);
		return 0;
	case LDIF_ADDRESS:
		importing_bad(imp, ldif->line, ERR_RECORD_VALUE, ATTRIBUTE,
		    "an address, which is not followed");
		return 0;
	case LDIF_DAMAGED:
		importing_bad(imp, ldif->line, ERR_RECORD_VALUE, ATTRIBUTE,
		    "no base64");
		return 0;
	case LDIF_CERT:
	case LDIF_END:
		break;
	}
	return take_value(imp, ldif);
}

int
importing_ldif(struct importing *imp)
{
	int64_t position, line;
	enum ldif_got got;
	struct ldif ldif;
	bool go_on;
	int rc;

	ldif_open(&ldif, imp->in);
	rc = importing_resume(imp, &position, &line, &go_on);
	if (rc == 0 && go_on) {
		rc = stream_seek(imp->in, position, imp->err);
		ldif.next_line = line;
	}
	while (rc == 0 && (rc = ldif_next(&ldif, &got, imp->err)) == 0 &&
	    got != LDIF_END) {
		rc = take(imp, &ldif, got);
		if (rc == 0)
			rc = importing_next(imp, stream_at(imp->in),
			    ldif.next_line);
	}
	ldif_close(&ldif);
	return rc;
}
