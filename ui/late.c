/*
 * OpenSSL's libcrypto, loaded when it is first called and not before main: a
 * quarter of the time to the desk's first frame went into the thousands of names
 * that it looks up of its own, and nothing before that frame calls it.
 *
 * ui/late.def lists what the program calls of it, LATE(number, name), as told by
 * a program that was linked with it in the usual way.  Here each of these names is
 * a jump through a slot.  The slots are filled by the first call, whichever it is
 * and from whatever thread, and cannot be written to from then on, like those of
 * a library that was loaded at the start.
 */
#include "config.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>

#include "base/mem.h"

#define PAGE	4096	/* x86-64's; nothing else shares the slots' */

enum {
#define LATE(number, name)	LATE_##name,
#include "ui/late.def"
#undef LATE
	CALLS
};

void		 late_first(void) __attribute__((visibility("hidden")));
void		 late_load(void) __attribute__((visibility("hidden")));
extern void	*late_slots[] __attribute__((visibility("hidden")));

/* The linker keeps the register for whoever stands between a call and its goal. */
#define LATE(number, name) __asm__(				\
	".pushsection .text\n"					\
	".globl " #name "\n"					\
	".hidden " #name "\n"					\
	".type " #name ", @function\n"				\
	#name ":\n"						\
	"	endbr64\n"					\
	"	movl	$" #number ", %r11d\n"			\
	"	jmp	*late_slots + 8 * " #number "(%rip)\n"	\
	".size " #name ", . - " #name "\n"			\
	".popsection\n");
#include "ui/late.def"
#undef LATE

/* The first call of all: what it was called with is kept while we load. */
__asm__(
	".pushsection .text\n"
	".globl late_first\n"
	".hidden late_first\n"
	".type late_first, @function\n"
	"late_first:\n"
	"	.cfi_startproc\n"
	"	endbr64\n"
	"	pushq	%rdi\n"
	"	pushq	%rsi\n"
	"	pushq	%rdx\n"
	"	pushq	%rcx\n"
	"	pushq	%r8\n"
	"	pushq	%r9\n"
	"	pushq	%rax\n"
	"	pushq	%r11\n"
	"	subq	$136, %rsp\n"
	"	.cfi_adjust_cfa_offset 200\n"
	"	movups	%xmm0, (%rsp)\n"
	"	movups	%xmm1, 16(%rsp)\n"
	"	movups	%xmm2, 32(%rsp)\n"
	"	movups	%xmm3, 48(%rsp)\n"
	"	movups	%xmm4, 64(%rsp)\n"
	"	movups	%xmm5, 80(%rsp)\n"
	"	movups	%xmm6, 96(%rsp)\n"
	"	movups	%xmm7, 112(%rsp)\n"
	"	call	late_load\n"
	"	movups	(%rsp), %xmm0\n"
	"	movups	16(%rsp), %xmm1\n"
	"	movups	32(%rsp), %xmm2\n"
	"	movups	48(%rsp), %xmm3\n"
	"	movups	64(%rsp), %xmm4\n"
	"	movups	80(%rsp), %xmm5\n"
	"	movups	96(%rsp), %xmm6\n"
	"	movups	112(%rsp), %xmm7\n"
	"	addq	$136, %rsp\n"
	"	popq	%r11\n"
	"	popq	%rax\n"
	"	popq	%r9\n"
	"	popq	%r8\n"
	"	popq	%rcx\n"
	"	popq	%rdx\n"
	"	popq	%rsi\n"
	"	popq	%rdi\n"
	"	.cfi_adjust_cfa_offset -200\n"
	"	leaq	late_slots(%rip), %r10\n"
	"	jmp	*(%r10, %r11, 8)\n"
	"	.cfi_endproc\n"
	".size late_first, . - late_first\n"
	".popsection\n");

void *late_slots[(CALLS * sizeof(void *) + PAGE - 1) / PAGE * PAGE /
    sizeof(void *)] __attribute__((aligned(PAGE))) = {
#define LATE(number, name)	(void *)late_first,
#include "ui/late.def"
#undef LATE
};

static const char names[] =
#define LATE(number, name)	#name "\0"
#include "ui/late.def"
#undef LATE
    ;

static void
load(void)
{
	void *library = dlopen(CRYPTO_SONAME, RTLD_NOW | RTLD_LOCAL);
	const char *name = names;

	if (library == NULL)
		panic("okienko: %s", dlerror());
	for (size_t i = 0; i < CALLS; i++, name += strlen(name) + 1) {
		void *call = dlsym(library, name);

		if (call == NULL)
			panic("okienko: %s", dlerror());
		late_slots[i] = call;
	}
	if (mprotect(late_slots, sizeof(late_slots), PROT_READ) == -1)
		panic("okienko: mprotect: %s", strerror(errno));
}

void
late_load(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	if (pthread_once(&once, load) != 0)
		panic("okienko: pthread_once");
}
