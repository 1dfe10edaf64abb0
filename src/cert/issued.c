#include "config.h"

#include <stddef.h>

#include "cert/issued.h"

const struct authority *
cert_authority(const struct cert *c, const struct authorities *all,
    enum authority_by *how)
{
	const struct authority_issuer issuer = {
		.key_id = c->aki,
		.organization_id = c->issuer.org_id,
		.common_name = c->issuer.cn,
	};

	return authority_for(all, &issuer, how);
}

void
cert_validity_by(const struct cert *c, int64_t now, const struct conf *conf,
    const struct authority *a, struct validity_view *v)
{
	long renew = conf->renew_days, working = conf->working_days;

	if (a != NULL && a->renew_days != 0)
		renew = a->renew_days;
	if (a != NULL && a->working_days != 0)
		working = a->working_days;
	cert_validity(c, now, (int)renew, (int)working, v);
}
