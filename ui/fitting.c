#include "config.h"

#include "ui/fitting.h"

#include "answers/checks.h"
#include "cert/issued.h"
#include "ui/views.h"

const char *
fitting_cert(const struct cert *c, const struct setup *s, int64_t now)
{
	struct validity_view v;

	if (c == NULL || c->is_ca)
		return NULL;
	cert_validity_by(c, now, s->conf, cert_authority(c, s->authorities,
	    NULL), &v);
	switch (v.state) {
	case VALID_EXPIRED:
		return "expired-online";
	case VALID_ENDING:
		return "when-to-start";
	default:
		return NULL;
	}
}

/* What people come with who have had a mail about an order in that state. */
const char *
fitting_order(const struct order *o)
{
	switch (o->state) {
	case ORDER_PLACED:
		return "no-order";
	case ORDER_CONFIRMED:
		return "request-link";
	case ORDER_REQUEST_MADE:
	case ORDER_VERIFIED:
		return "csr";
	case ORDER_ISSUED:
	case ORDER_READY:
		return "dead-links";
	case ORDER_CANCELLED:
	case ORDER_EXPIRED:
	case ORDER_REJECTED:
		return "no-order";
	default:
		return NULL;
	}
}

const char *
fitting_answer(const struct order_answer *a)
{
	if (a->n == 1)
		return fitting_order(&a->v[0].order);
	return a->n == 0 && (a->why == ORDER_WHY_UNKNOWN ||
	    a->why == ORDER_WHY_CHECK_DIGIT) ? "no-order" : NULL;
}

const char *
fitting_world(const struct card_world *w, const struct card *c)
{
	if (w->pcsc == PCSC_GONE || w->helper_err.code != ERR_NONE ||
	    (c != NULL && c->state == CARD_FAILED))
		return "card-read-error";
	for (size_t i = 0; c != NULL && i < c->ntokens; i++)
		if (c->tokens[i].pin.locked)
			return "card-read-error";
	return c != NULL && c->capacity.more == 0 ? "capacity" : NULL;
}

/* Who has renewed already is not to begin again. */
static bool
is_replaced(const struct card *c, size_t old, int64_t now)
{
	for (size_t i = 0; i < c->ncerts; i++)
		if (check_replaces(&c->certs[i], &c->certs[old], now))
			return true;
	return false;
}

const char *
fitting_card(const struct card *c, const struct setup *s, int64_t now)
{
	struct validity_view v;

	for (size_t i = 0; c != NULL && i < c->ncerts; i++) {
		const struct cert *cert = c->certs[i].cert;

		if (cert == NULL || cert->is_ca)
			continue;
		cert_validity_by(cert, now, s->conf, cert_authority(cert,
		    s->authorities, NULL), &v);
		if (v.state == VALID_ENDING && !is_replaced(c, i, now))
			return "when-to-start";
	}
	return NULL;
}

static const struct {
	const struct panel_ops	*view;
	const char		*question;
} views[] = {
	{ &view_card_ops, "capacity" },
	{ &view_document_ops, "lost-serial" },
	{ &view_find_ops, "lost-serial" },
	{ &view_form_ops, "form-not-saved" },
	{ &view_link_ops, "dead-links" },
	{ &view_network_ops, "proxy-407" },
	{ &view_proxy_ops, "proxy-407" },
	{ &view_register_ops, "csr" },
	{ &view_renew_ops, "renew" },
	{ &view_renewal_ops, "embed-while-valid" },
	{ &view_renewals_ops, "renew" },
	{ &view_revoke_ops, "lost-card" },
	{ &view_typed_ops, "lost-serial" },
};

const char *
fitting_view(const struct panel_ops *ops)
{
	for (size_t i = 0; i < sizeof views / sizeof views[0]; i++)
		if (views[i].view == ops)
			return views[i].question;
	return NULL;
}
