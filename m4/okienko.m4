# OKIENKO_TRY_CFLAG(VARIABLE, FLAG): add FLAG where compiler and linker take it.
AC_DEFUN([OKIENKO_TRY_CFLAG], [
	AC_MSG_CHECKING([whether $CC takes $2])
	okienko_saved="$CFLAGS"
	CFLAGS="$CFLAGS -Werror $2"
	AC_LINK_IFELSE([AC_LANG_PROGRAM([[#include <string.h>]], [[return (int)strlen("")]])],
		[AC_MSG_RESULT([yes]); $1="$$1 $2"],
		[AC_MSG_RESULT([no])])
	CFLAGS="$okienko_saved"
])

# OKIENKO_SONAME(PREFIX, NAME): define PREFIX_SONAME, what libNAME is called when
# programs run.
AC_DEFUN([OKIENKO_SONAME], [
	okienko_soname=`"$OBJDUMP" -p "\`$CC -print-file-name=lib$2.so\`" |
		sed -n 's/^ *SONAME *//p'`
	AS_IF([test -n "$okienko_soname"], [],
		[AC_MSG_ERROR([lib$2.so tells no name of itself])])
	AC_DEFINE_UNQUOTED([$1_SONAME], ["$okienko_soname"],
		[What lib$2 is called when programs run.])
])

AC_DEFUN([OKIENKO_HARDENING], [
	OKIENKO_TRY_CFLAG([HARDEN_CFLAGS], [-fPIE])
	OKIENKO_TRY_CFLAG([HARDEN_CFLAGS], [-fstack-protector-strong])
	OKIENKO_TRY_CFLAG([HARDEN_CFLAGS], [-fstack-clash-protection])
	OKIENKO_TRY_CFLAG([HARDEN_CFLAGS], [-fcf-protection=full])
	OKIENKO_TRY_CFLAG([HARDEN_CFLAGS], [-ftrivial-auto-var-init=zero])
	OKIENKO_TRY_CFLAG([HARDEN_LDFLAGS], [-pie])
	OKIENKO_TRY_CFLAG([HARDEN_LDFLAGS], [-Wl,-z,relro,-z,now])
	OKIENKO_TRY_CFLAG([HARDEN_LDFLAGS], [-Wl,-z,noexecstack])
	OKIENKO_TRY_CFLAG([HARDEN_LDFLAGS], [-Wl,-z,separate-code])
	OKIENKO_TRY_CFLAG([HARDEN_LDFLAGS], [-Wl,--as-needed])
	# Fortified functions need optimisation, and fight the sanitizers.
	AS_CASE([" $CFLAGS "], [*" -O0 "*|*"-fsanitize"*], [],
		[AS_IF([test "x$enable_sanitizers" != xyes],
			[HARDEN_CPPFLAGS="-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3"])])
])
