/* How certificates are revoked at each authority, and whether it can be done. */
#include "config.h"

#include <string.h>
#include <unistd.h>

#include "base/i18n.h"
#include "revocation/channel.h"
#include "ui/doctor.h"
#include "ui/whose.h"

#define CHANNELS_MAX	8

/* What the settings name has to be there when it is needed. */
static void
tell_files(struct doctor *d, const struct authority *a)
{
	const char *const files[] = { a->cmp_ca_file, a->cmp_trusted,
	    a->cmp_certificate, a->cmp_key, a->ejbca_ca_file,
	    a->ejbca_certificate, a->ejbca_key };

	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
		if (files[i][0] != '\0' && access(files[i], R_OK) == -1)
			doctor_tell(d, HEALTH_WRONG, _("Put it there, or "
			    "correct the path in the authority's file."),
			    _("%s: %s cannot be read"),
			    whose_name(a, &(struct record_issuer){ 0 }),
			    files[i]);
	if (a->ca_files.n == 0)
		doctor_tell(d, HEALTH_WARNING, _("Put it into the authority's "
		    "file: [trust] certificate."), _("%s: without its own "
		    "certificate, answers can be checked only where "
		    "certificates say where that is"),
		    whose_name(a, &(struct record_issuer){ 0 }));
}

static void
tell_authority(struct doctor *d, const struct authority *a)
{
	const char *name = whose_name(a, &(struct record_issuer){ 0 });
	const struct channel *found[CHANNELS_MAX];
	size_t n = channels_for(a, CASE_REVOKE, found, CHANNELS_MAX);

	for (size_t i = 0; i < n; i++)
		doctor_tell(d, HEALTH_OK, "", "%s: %s", name,
		    _(found[i]->name));
	if (n == 0)
		doctor_tell(d, HEALTH_WARNING, _("Put its telephone, form or "
		    "service into its file: [revocation] channel."),
		    _("%s: no way to revoke is configured"), name);
	tell_files(d, a);
}

void
doctor_channels(struct doctor *d)
{
	const struct authorities *all = &doctor_cmd(d)->authorities;

	for (size_t i = 0; i < all->n; i++)
		tell_authority(d, &all->v[i]);
}
