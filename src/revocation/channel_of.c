/* Which way one case goes. */
#include <string.h>

#include "base/i18n.h"
#include "revocation/channel.h"

static bool
is_among(const struct channel *c, const struct channel *const all[], size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (all[i] == c)
			return true;
	return false;
}

const struct channel *
channel_of(const struct authority *a, const struct case_view *v)
{
	const struct channel *all[CHANNELS_MAX];
	const struct channel *c = v->channel[0] != '\0' ?
	    channel_by_id(v->channel) : NULL;
	size_t n = channels_for(a, v->action, all, CHANNELS_MAX);

	if (c != NULL && (v->transaction[0] != '\0' || is_among(c, all, n)))
		return c;
	return n != 0 ? all[0] : NULL;
}

int
channel_may(const struct authority *a, const struct case_view *v,
    const char *id, struct err *err)
{
	const struct channel *all[CHANNELS_MAX];
	size_t n = channels_for(a, v->action, all, CHANNELS_MAX);
	const struct channel *c = channel_by_id(id);

	if (c == NULL)
		return err_set(err, ERR_USAGE, id, NULL);
	if (!is_among(c, all, n))
		return err_set(err, ERR_CASE_STATE,
		    _("its authority is not configured for that way"), "%s",
		    id);
	return 0;
}
