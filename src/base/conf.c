#include "config.h"

#include "base/conf.h"

#include <stdlib.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/paths.h"

const struct setting conf_settings[] = {
#define CONF(s, k, t, field, d, w, low, high, m) { .section = s, .key = k, \
	.type = SETTING_##t, .offset = offsetof(struct conf, field), .def = d, \
	.words = w, .lo = low, .hi = high, .meaning = m },
#include "base/conf.def"
#undef CONF
};

const size_t nconf_settings = sizeof(conf_settings) / sizeof(conf_settings[0]);

int
conf_load(struct conf *conf, const char *path, struct conf_problems *problems,
    struct err *err)
{
	struct conf_problems	 own = { 0 };
	struct err		 why = ERR_INIT;
	int			 rc;

	settings_init(conf_settings, nconf_settings, conf);
	conf->path = mem_strdup(path);
	rc = settings_read(conf_settings, nconf_settings, conf,
	    path != NULL ? path : paths_conf(),
	    problems != NULL ? problems : &own, &why);
	conf_problems_clear(&own);
	if (rc == -1 && path == NULL && why.code == ERR_NO_FILE)
		return 0;
	if (rc == -1 && err->code == ERR_NONE)
		*err = why;
	return rc;
}

void
conf_clear(struct conf *conf)
{
	settings_clear(conf_settings, nconf_settings, conf);
	free(conf->path);
	conf->path = NULL;
}
