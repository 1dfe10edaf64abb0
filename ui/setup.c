#include "config.h"

#include "base/paths.h"
#include "ui/setup.h"

struct net_login *
setup_login(const struct conf *conf, struct err *err)
{
	struct net_login *login = net_login_new();

	if (conf->proxy[0] != '\0' && conf->proxy_login[0] != '\0')
		(void)net_login_load(login, conf->proxy_login, err);
	return login;
}

struct net_options
setup_network(const struct conf *conf, struct net_login *login)
{
	return (struct net_options){ .proxy = conf->proxy,
		.direct = &conf->net_direct, .login = login,
		.ticket = conf->ticket, .kerberos = conf->kerberos,
		.allow = &conf->net_allow,
		.deadline_ms = conf->net_timeout * 1000 };
}

struct net_options
setup_way(const struct setup *setup)
{
	struct net_options o = setup_network(setup->conf, setup->login);

	o.locked = setup->mode == MODE_KIOSK;
	return o;
}

const char *
setup_registry(const struct setup *setup)
{
	const char *path = setup->conf->registry;

	return path[0] != '\0' ? path : paths_registry();
}

bool
setup_keeps(const struct setup *setup)
{
	return setup->mode != MODE_KIOSK;
}
