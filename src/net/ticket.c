#include "config.h"

#include "net/ticket.h"

#include <gssapi/gssapi.h>
#include <gssapi/gssapi_krb5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

void
ticket_use(const char *file, const char *conf)
{
	char *name = mem_printf("FILE:%s", file);

	/* This process began without an environment: there is nothing else. */
	(void)setenv("KRB5CCNAME", name, 1);
	if (conf != NULL)
		(void)setenv("KRB5_CONFIG", conf, 1);
	free(name);
}

enum net_ticket
ticket_look(void)
{
	gss_OID_set_desc kerberos = { 1, (gss_OID)(uintptr_t)gss_mech_krb5 };
	gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;
	OM_uint32 major, minor, left = 0;

	major = gss_acquire_cred(&minor, GSS_C_NO_NAME, GSS_C_INDEFINITE,
	    &kerberos, GSS_C_INITIATE, &cred, NULL, NULL);
	/* What a file holds is looked at only when somebody wants to know. */
	if (!GSS_ERROR(major))
		major = gss_inquire_cred(&minor, cred, NULL, &left, NULL, NULL);
	(void)gss_release_cred(&minor, &cred);
	if (GSS_ROUTINE_ERROR(major) == GSS_S_CREDENTIALS_EXPIRED ||
	    (!GSS_ERROR(major) && left == 0))
		return NET_TICKET_OLD;
	return GSS_ERROR(major) ? NET_TICKET_NONE : NET_TICKET_GOOD;
}

/* The mechanism's sentence says more than the one of all mechanisms. */
static void
say(OM_uint32 minor, char *out, size_t size)
{
	gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
	OM_uint32 ignored, more = 0;
	struct safe_text safe;

	if (GSS_ERROR(gss_display_status(&ignored, minor, GSS_C_MECH_CODE,
	    (gss_OID)(uintptr_t)gss_mech_krb5, &more, &text)))
		return;
	text_safe(&safe, text.value, text.length, 0);
	(void)snprintf(out, size, "%.*s", (int)text_cut(safe.s, size - 1),
	    safe.s);
	(void)gss_release_buffer(&ignored, &text);
}

void
ticket_why(const char *host, char *out, size_t size)
{
	char *service = mem_printf("HTTP@%s", host);
	gss_buffer_desc text = { strlen(service), service };
	gss_buffer_desc token = GSS_C_EMPTY_BUFFER;
	gss_ctx_id_t ctx = GSS_C_NO_CONTEXT;
	gss_name_t name = GSS_C_NO_NAME;
	OM_uint32 major, minor, ignored;

	out[0] = '\0';
	major = gss_import_name(&minor, &text, GSS_C_NT_HOSTBASED_SERVICE,
	    &name);
	if (!GSS_ERROR(major))
		major = gss_init_sec_context(&minor, GSS_C_NO_CREDENTIAL, &ctx,
		    name, (gss_OID)(uintptr_t)gss_mech_krb5, 0, 0,
		    GSS_C_NO_CHANNEL_BINDINGS, GSS_C_NO_BUFFER, NULL, &token,
		    NULL, NULL);
	if (GSS_ERROR(major))
		say(minor, out, size);
	(void)gss_release_buffer(&ignored, &token);
	(void)gss_delete_sec_context(&ignored, &ctx, GSS_C_NO_BUFFER);
	(void)gss_release_name(&ignored, &name);
	free(service);
}
