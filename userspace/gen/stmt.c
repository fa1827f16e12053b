// SPDX-License-Identifier: GPL-2.0
#include "gen.h"

#include "check/fold.h"

/* The label that a lone break or continue goes to. */
static bool is_lone_jump(const struct emitter *m, const struct if_arm *arm, unsigned int *label)
{
	const struct stmt *s = arm->body.first;

	if (arm->next || !s || s->next || (s->kind != ST_BREAK && s->kind != ST_CONTINUE))
		return false;
	*label = s->kind == ST_BREAK ? m->loop->on_break : m->loop->on_continue;
	return true;
}

static void gen_arm(struct emitter *m, struct if_arm *arm, unsigned int end)
{
	unsigned int next = code_label(m->code), jump;

	if (!arm->cond) {
		gen_body(m, arm->body);
		return;
	}
	if (is_lone_jump(m, arm, &jump)) {
		gen_branch(m, arm->cond, true, jump);
		return;
	}
	gen_branch(m, arm->cond, false, next);
	gen_body(m, arm->body);
	if (arm->next)
		code_jump(m->code, KTAP_OP_JMP, 0, end);
	code_place(m->code, next);
}

static void gen_if(struct emitter *m, struct stmt *s)
{
	unsigned int end = code_label(m->code);
	struct if_arm *arm;

	for (arm = s->arms.first; arm; arm = arm->next)
		gen_arm(m, arm, end);
	code_place(m->code, end);
}

static void gen_guard(struct emitter *m, struct stmt *s)
{
	unsigned int go = code_label(m->code);

	gen_branch(m, s->cond, true, go);
	code_ad(m->code, KTAP_OP_RET0, 0, 0);
	code_place(m->code, go);
}

void gen_stmt(struct emitter *m, struct stmt *s)
{
	m->code->pos = s->pos;
	switch (s->kind) {
	case ST_CALL:
		gen_call(m, s->call, 0);
		break;
	case ST_LOCAL:
		gen_local(m, s);
		break;
	case ST_ASSIGN:
		gen_assign(m, s);
		break;
	case ST_UPDATE:
		gen_update(m, s);
		break;
	case ST_IF:
		gen_if(m, s);
		break;
	case ST_WHILE:
		gen_while(m, s);
		break;
	case ST_REPEAT:
		gen_repeat(m, s);
		break;
	case ST_FORNUM:
		gen_fornum(m, s);
		break;
	case ST_FORC:
		gen_forc(m, s);
		break;
	case ST_FORIN:
		gen_forin(m, s);
		break;
	case ST_BREAK:
		code_jump(m->code, KTAP_OP_JMP, 0, m->loop->on_break);
		break;
	case ST_CONTINUE:
		code_jump(m->code, KTAP_OP_JMP, 0, m->loop->on_continue);
		break;
	case ST_RETURN:
		gen_return(m, s);
		break;
	case ST_BLOCK:
		gen_body(m, s->body);
		break;
	case ST_LOCALFUNC:
		gen_localfunc(m, s);
		break;
	case ST_TRACE:
		gen_trace(m, s);
		break;
	case ST_TRACEEND:
		gen_traceend(m, s);
		break;
	case ST_IMPORT:
		gen_body(m, s->import.body);
		break;
	case ST_GUARD:
		gen_guard(m, s);
		break;
	}
	m->code->free = m->code->fixed;
}

void gen_stmts(struct emitter *m, struct stmt_list list)
{
	struct stmt *s;

	for (s = list.first; s && !m->code->failed; s = s->next)
		gen_stmt(m, s);
}

void gen_body(struct emitter *m, struct stmt_list body)
{
	unsigned int fixed = m->code->fixed;

	gen_stmts(m, body);
	m->code->fixed = m->code->free = fixed;
}
