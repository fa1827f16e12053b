-- A program's tree as text of both languages: the lines of ktap and of Lua. Every
-- statement stands on the same line of both, so that an error has the same place. In the
-- ktap text, \1 stands for the number of the program's first line.
local concat = table.concat

local W		-- the writing under way: { ktap = lines, lua = lines, labels = n, loop = label }

-- --- literals ---

local function ktap_int(e)
	local v, style = e.v, e.style
	if v >= 0 and style == 1 then return ('0x%x'):format(v) end
	if style == 2 and v > 0 and v % 1024 == 0 then return (v // 1024) .. 'k' end
	if v >= 0 and style == 3 then return ('0%o'):format(v) end
	if v < 0 and style == 1 then return ('0x%X'):format(v) end
	if v >= 0 then return tostring(v) end
	return v == math.mininteger and '-9223372036854775808' or tostring(v)
end

local function lua_int(v)
	return v >= 0 and tostring(v) or ('0x%x'):format(v)
end

local function escaped(s)
	return (s:gsub('[^%w ]', function(c) return ('\\x%02x'):format(c:byte()) end))
end

local function ktap_str(e)
	local s = e.v
	if e.style == 1 and not s:find('[%]\n\r\0]') and not s:find('^\n') then return '[[' .. s .. ']]' end
	if e.style == 2 then return "'" .. escaped(s) .. "'" end
	return '"' .. escaped(s) .. '"'
end

-- --- expressions ---

local expr, lines_of

local precedence = { ['or'] = 2, ['and'] = 3, ['=='] = 4, ['!='] = 4, ['<'] = 4, ['<='] = 4, ['>'] = 4, ['>='] = 4,
	['in'] = 4, ['|'] = 5, ['^'] = 6, ['&'] = 7, ['..'] = 8, ['<<'] = 9, ['>>'] = 9, ['>>>'] = 9, ['+'] = 10,
	['-'] = 10, ['*'] = 11, ['/'] = 11, ['%'] = 11 }
local UNARY <const>, SUFFIXED <const>, PRIMARY <const> = 12, 13, 14

local spelt = { ['or'] = { '||', 'or' }, ['and'] = { '&&', 'and' }, ['!='] = { '!=', '~=' }, ['!'] = { '!', 'not ' } }

local function level(e)
	if e.k == 'bin' then return precedence[e.op] end
	if e.k == 'cond' then return 1 end
	if e.k == 'un' or e.k == 'int' and e.v < 0 and e.style ~= 1 then return UNARY end
	if e.k == 'var' or e.k == 'index' or e.k == 'call' or e.k == 'builtin' or e.k == 'catch' then return SUFFIXED end
	return PRIMARY
end

-- ktap text and Lua text; in parentheses where ktap would read it otherwise.
local function operand(e, least)
	local kp, lua = expr(e)
	if level(e) < least then kp = '(' .. kp .. ')' end
	return kp, lua
end

-- In front of a call or an index stands a name, a call or an index.
local function prefix(e)
	local kp, lua = expr(e)
	if level(e) ~= SUFFIXED then kp, lua = '(' .. kp .. ')', '(' .. lua .. ')' end
	return kp, lua
end

local function list(es)
	local kp, lua = {}, {}
	for i, e in ipairs(es) do kp[i], lua[i] = expr(e) end
	return concat(kp, ', '), concat(lua, ', ')
end

-- One value, where Lua would take all that a call gives.
local function one(e, lua)
	local multi = e.k == 'call' or e.k == 'builtin' or e.k == 'catch' or e.k == 'vararg'
	return multi and '(' .. lua .. ')' or lua
end

local function is_word(s)
	return s:find('^%a[%w_]*$') ~= nil
end

-- Composite keys are objects on the side of Lua.
local function keys(es)
	local kp, lua = list(es)
	if kp:find('^%[') then kp = ' ' .. kp end	-- [[ begins a string
	if #es == 1 then return kp, '(' .. lua .. ')' end
	local parts = {}
	for i, e in ipairs(es) do parts[i] = one(e, select(2, expr(e))) end
	return kp, 'KEY(' .. concat(parts, ', ') .. ')'
end

local lua_name = { ['+'] = 'ADD', ['-'] = 'SUB', ['*'] = 'MUL', ['/'] = 'DIV', ['%'] = 'MOD', ['&'] = 'BAND', ['|'] = 'BOR',
	['^'] = 'BXOR', ['<<'] = 'SHL', ['>>'] = 'SHR', ['>>>'] = 'USHR', ['=='] = 'EQ', ['!='] = 'NE', ['<'] = 'LT',
	['<='] = 'LE', ['>'] = 'GT', ['>='] = 'GE', ['in'] = 'IN' }

local writers = {}

function writers.int(e) return ktap_int(e), lua_int(e.v) end
function writers.str(e) return ktap_str(e), '"' .. escaped(e.v) .. '"' end
writers['nil'] = function() return 'nil', 'nil' end
writers['true'] = function() return 'true', 'true' end
writers['false'] = function() return 'false', 'false' end
function writers.vararg() return '...', '...' end
function writers.var(e) return e.name, e.name end

-- A chain of .. is joined at once, whatever stands in parentheses on its right.
local function chain(e)
	local kp, lua = operand(e.a, 9)
	local rest = e.b
	if rest.k == 'bin' and rest.op == '..' then
		local k, l = chain(rest)
		return kp .. ' .. ' .. k, lua .. ', ' .. l
	end
	local k, l = operand(rest, 8)
	if l == '...' then l = '(...)' end
	if rest.k == 'call' or rest.k == 'builtin' or rest.k == 'catch' then l = '(' .. l .. ')' end
	return kp .. ' .. ' .. k, lua .. ', ' .. l
end

function writers.bin(e)
	if e.op == '..' then
		local kp, lua = chain(e)
		return kp, 'CAT(' .. lua .. ')'
	end
	local p = precedence[e.op]
	local ka, la = operand(e.a, p)
	local kb, lb = operand(e.b, p + 1)
	local word = spelt[e.op] and spelt[e.op][(#ka + #kb) % 2 + 1] or e.op
	local kp = ka .. ' ' .. word .. ' ' .. kb
	if e.op == 'and' or e.op == 'or' then return kp, '(' .. one(e.a, la) .. ' ' .. e.op .. ' ' .. one(e.b, lb) .. ')' end
	return kp, lua_name[e.op] .. '(' .. one(e.a, la) .. ', ' .. one(e.b, lb) .. ')'
end

function writers.un(e)
	local kp, lua = operand(e.a, UNARY)
	lua = one(e.a, lua)
	if e.op == '!' then return spelt['!'][#kp % 2 + 1] .. kp, '(not ' .. lua .. ')' end
	return e.op .. (kp:find('^[-~]') and ' ' or '') .. kp, (e.op == '-' and 'NEG(' or 'BNOT(') .. lua .. ')'
end

function writers.cond(e)
	local kc, lc = operand(e.c, 2)
	local ka, la = operand(e.a, 2)
	local kb, lb = operand(e.b, 1)
	return kc .. ' ? ' .. ka .. ' : ' .. kb,
		'UNBOX(' .. one(e.c, lc) .. ' and BOX(' .. one(e.a, la) .. ') or BOX(' .. one(e.b, lb) .. '))'
end

function writers.index(e)
	local ko, lo = prefix(e.obj)
	local first = e.keys[1]
	local kk, lk = keys(e.keys)
	local kp = ko .. '[' .. kk .. ']'
	if #e.keys == 1 and first.k == 'str' and is_word(first.v) and (e.dot or #ko % 2 == 0) then kp = ko .. '.' .. first.v end
	return kp, 'GET(' .. one(e.obj, lo) .. ', ' .. lk .. ')'
end

function writers.call(e)
	local kf, lf = prefix(e.fn)
	local ka, la = list(e.args)
	local only = #e.args == 1 and e.args[1]
	if only and (only.k == 'table' or only.k == 'str' and only.style ~= 1) and #kf % 3 == 0 then
		return kf .. ' ' .. ka, lf .. '(' .. la .. ')'
	end
	return kf .. '(' .. ka .. ')', lf .. '(' .. la .. ')'
end

function writers.builtin(e)
	local ka, la = list(e.args)
	return e.name .. '(' .. ka .. ')', e.name:gsub('%.', '_') .. '(' .. la .. ')'
end

function writers.catch(e)
	local ka, la = list { e.fn, table.unpack(e.args) }
	return 'CATCH(\1, ' .. ka .. ')', 'CATCH(1, ' .. la .. ')'
end

function writers.table(e)
	local kp, pairs, place = {}, {}, 0
	local rest, count = '', 0
	for i, item in ipairs(e.items) do
		local k, l = expr(item.value)
		if item.key then
			local kk, lk = keys(item.key)
			local first = item.key[1]
			local bare = #item.key == 1 and first.k == 'str' and is_word(first.v) and #k % 2 == 0
			kp[i] = bare and first.v .. ' = ' .. k or '[' .. kk .. '] = ' .. k
			pairs[#pairs + 1] = 'ITEM(' .. lk .. ', ' .. one(item.value, l) .. ')'
			count = count + 1
		else
			place = place + 1
			kp[i] = k
			if i == #e.items then
				rest = ', ' .. place .. ', ' .. l
			else
				pairs[#pairs + 1] = 'ITEM(' .. place .. ', ' .. one(item.value, l) .. ')'
				count = count + 1
			end
		end
	end
	local pairs_text = count > 0 and ', ' .. concat(pairs, ', ') or ''
	return '{' .. concat(kp, #kp % 2 == 0 and ', ' or '; ') .. '}', 'TABLE(' .. count .. pairs_text .. rest .. ')'
end

local function parameters(f)
	local p = { table.unpack(f.params) }
	if f.vararg then p[#p + 1] = '...' end
	return '(' .. concat(p, ', ') .. ')'
end

local function on_one_line(lines)
	local out = {}
	for _, line in ipairs(lines) do
		if line ~= '' then out[#out + 1] = line end
	end
	return concat(out, ';')
end

-- A function in an expression stands on one line.
function writers.func(e)
	local kp, lua = lines_of(e.body)
	return 'function ' .. parameters(e) .. ' {' .. on_one_line(kp) .. '}',
		'function ' .. parameters(e) .. ' ' .. on_one_line(lua) .. ' end'
end

function expr(e)
	local kp, lua = writers[e.k](e)
	if e.parens and level(e) ~= SUFFIXED and e.k ~= 'vararg' then kp = '(' .. kp .. ')' end
	return kp, lua
end

-- --- statements ---

local function emit(kp, lua)
	if lua:find('^%(') then lua = ';' .. lua end	-- else it would go on from the line before
	W.ktap[#W.ktap + 1], W.lua[#W.lua + 1] = kp, lua
end

local write = {}

-- `preset`: what is declared directly in the list has been declared in Lua before.
local function stmts(list, preset)
	for _, s in ipairs(list) do write[s.k](s, preset) end
end

function lines_of(list)
	local was = W
	W = { ktap = {}, lua = {}, labels = was.labels }
	stmts(list)
	local kp, lua = W.ktap, W.lua
	was.labels = W.labels
	W = was
	return kp, lua
end

write['local'] = function(s, preset)
	local kp, lua = list(s.values)
	local names = concat(s.names, ', ')
	local declared = preset and '' or 'local '
	local word = #names % 2 == 0 and 'var ' or 'local '
	if #s.values == 0 then return emit(word .. names, declared .. names .. ' = nil') end
	emit(word .. names .. ' = ' .. kp, declared .. names .. ' = ' .. lua)
end

-- ktap text, what is evaluated first on the side of Lua, and how `value` is stored there.
local function place(t, i)
	if t.k == 'var' then return t.name, nil, function(value) return t.name .. ' = ' .. value end end
	local kp = expr(t)
	local _, obj = prefix(t.obj)
	local _, key = keys(t.keys)
	local o, k = '_o' .. i, '_k' .. i
	return kp, 'local ' .. o .. ', ' .. k .. ' = ' .. one(t.obj, obj) .. ', ' .. key,
		function(value) return 'SET(' .. o .. ', ' .. k .. ', ' .. value .. ')' end
end

-- Places are evaluated, then the values; then it is stored from the right to the left.
function write.assign(s)
	local kp, before, stores, values = {}, {}, {}, {}
	for i, t in ipairs(s.targets) do
		local first, store
		kp[i], first, store = place(t, i)
		if first then before[#before + 1] = first end
		values[i] = '_v' .. i
		table.insert(stores, 1, store(values[i]))
	end
	local kv, lv = list(s.values)
	emit(concat(kp, ', ') .. ' = ' .. kv, 'do ' .. concat(before, ' ') .. ' local ' .. concat(values, ', ') .. ' = ' .. lv .. ' ' ..
		concat(stores, ' ') .. ' end')
end

local function update(t, op, kp_value, lua_value)
	local kp = expr(t)
	if t.k == 'var' then
		return kp, ('do local _v = %s %s = UP(%s, %q, _v) end'):format(lua_value, t.name, t.name, op)
	end
	local _, obj = prefix(t.obj)
	local _, key = keys(t.keys)
	return kp, ('UPDATE(%s, %s, %q, %s)'):format(one(t.obj, obj), key, op, lua_value)
end

function write.update(s)
	local kv, lv = expr(s.value)
	local kp, lua = update(s.target, s.op, kv, one(s.value, lv))
	emit(kp .. ' ' .. s.op .. '= ' .. kv, lua)
end

function write.step(s)
	local kp, lua = update(s.target, s.op == '++' and '+' or '-', '1', '1')
	emit(kp .. s.op, lua)
end

function write.call(s)
	local kp, lua = expr(s.e)
	emit(kp, lua)
end

write['if'] = function(s)
	for i, arm in ipairs(s.arms) do
		local cond, block = arm[1], arm[2]
		if cond then
			local kc, lc = expr(cond)
			local word = i == 1 and 'if' or s.style == 1 and '} elseif' or '} else if'
			emit(word .. ' (' .. kc .. ') {', (i == 1 and 'if ' or 'elseif ') .. one(cond, lc) .. ' then')
		else
			emit('} else {', 'else')
		end
		stmts(block)
	end
	emit('}', 'end')
end

-- The body of a loop; `continue` goes behind it. It is a block of its own unless the
-- condition behind it is to see its variables.
local function loop_body(body, brace, open, preset)
	local was = W.loop
	W.labels = W.labels + 1
	W.loop = 'continue' .. W.labels
	emit(brace and '{' or '', open and '' or 'do')
	stmts(body, preset)
	emit(brace and '}' or '', (open and '' or 'end ') .. (open and not preset and '' or '::' .. W.loop .. '::'))
	W.loop = was
end

local endless = { ['while'] = 'while (true) {', ['for'] = 'for (;;) {' }

write['while'] = function(s)
	local kc, lc = expr(s.cond)
	if s.endless then
		emit(('local %s = 0; %s'):format(s.var, endless[s.endless]), ('do local %s = 0; while true do'):format(s.var))
		emit(('%s++; if (%s > %d || !(%s)) { break }'):format(s.var, s.var, s.max, kc),
			('%s = %s + 1; if %s > %d or not (%s) then break end'):format(s.var, s.var, s.var, s.max, lc))
		loop_body(s.body)
		return emit('}', 'end end')
	end
	emit(('local %s = 0; while (%s < %d && (%s)) {'):format(s.var, s.var, s.max, kc),
		('do local %s = 0; while %s < %d and (%s) do'):format(s.var, s.var, s.max, lc))
	emit(s.var .. '++', ('%s = %s + 1'):format(s.var, s.var))
	loop_body(s.body)
	emit('}', 'end end')
end

-- In Lua a `goto` may not pass a declaration that is seen behind its label.
local function declarations(s)
	local names = {}
	for _, inner in ipairs(s.preset and s.body or {}) do
		if inner.k == 'local' then table.move(inner.names, 1, #inner.names, #names + 1, names) end
		if inner.k == 'localfunction' then names[#names + 1] = inner.name end
	end
	return #names > 0 and ' local ' .. concat(names, ', ') or ''
end

write['repeat'] = function(s)
	local kc, lc = expr(s.cond)
	emit(('local %s = 0; repeat {'):format(s.var), ('do local %s = 0; repeat'):format(s.var) .. declarations(s))
	emit(s.var .. '++', ('%s = %s + 1'):format(s.var, s.var))
	loop_body(s.body, s.inner, not s.inner, s.preset)
	emit(('} until (%s >= %d || (%s))'):format(s.var, s.max, kc), ('until %s >= %d or (%s) end'):format(s.var, s.max, lc))
end

function write.fornum(s)
	local kf, lf = expr(s.from)
	local kt, lt = expr(s.to)
	local ks, ls
	if s.step then ks, ls = expr(s.step) end
	emit(('for (%s = %s, %s%s) {'):format(s.var, kf, kt, ks and ', ' .. ks or ''),
		('do local _f, _t, _s = RANGE(%s, %s, %s) for %s = _f, _t, _s do'):format(one(s.from, lf), one(s.to, lt),
			s.step and one(s.step, ls) or '1', s.var))
	loop_body(s.body)
	emit('}', 'end end')
end

-- A turn's variable is its own, and begins with what the one before ended with.
function write.forc(s)
	local kf, lf = expr(s.from)
	local kc, lc = expr(s.cond)
	local was = W
	W = { ktap = {}, lua = {}, labels = was.labels }
	write[s.step.k](s.step)
	local step_kp, step_lua = W.ktap[1], W.lua[1]
	W = was
	local keep = '_c' .. s.var
	emit(('for (%s%s = %s; %s; %s) {'):format(s.written and 'var ' or '', s.var, kf, kc, step_kp),
		('do local %s, _go%s = %s, false while true do local %s = %s if _go%s then %s else _go%s = true end if not (%s) then break end')
			:format(keep, s.var, lf, s.var, keep, s.var, step_lua, s.var, lc))
	loop_body(s.body)
	emit('}', ('%s = %s end end'):format(keep, s.var))
end

function write.forin(s)
	local kt, lt = expr(s.table)
	local names = concat(s.vars, ', ')
	emit(('for (%s in %s) {'):format(names, s.pairs and 'pairs(' .. kt .. ')' or kt),
		('for _more, %s in EACH(%s, %d) do'):format(names, one(s.table, lt), s.keys))
	loop_body(s.body)
	emit('}', 'end')
end

write['break'] = function() emit('break', 'break') end
write['continue'] = function() emit('continue', 'goto ' .. (W.loop or 'outside')) end

write['return'] = function(s)
	local kp, lua = list(s.values)
	local only = #s.values == 1 and s.values[1]
	if only and only.k == 'vararg' then
		lua = '...'
	elseif only and (only.k == 'call' or only.k == 'builtin' or only.k == 'catch') then
		lua = 'PLAIN(' .. lua .. ')'
	elseif only then
		lua = '(' .. lua .. ')'
	end
	emit('return ' .. kp, 'do return ' .. lua .. ' end')
end

function write.block(s)
	emit(s.style == 1 and '{' or s.style == 2 and 'do {' or 'do ;', 'do')	-- do and { would be one
	stmts(s.body)
	emit(s.style == 3 and 'end' or '}', 'end')
end

local function function_body(f, kp, lua, after)
	emit(kp .. parameters(f) .. ' {', lua .. parameters(f))
	local was = W.loop
	W.loop = nil
	stmts(f.body)
	W.loop = was
	emit('}', 'end' .. (after or ''))
end

write['function'] = function(s)
	if s.name.k == 'var' then
		return function_body(s.fn, 'function ' .. s.name.name, 'function ' .. s.name.name)
	end
	local kp = expr(s.name)
	local _, obj = expr(s.name.obj)
	local _, key = keys(s.name.keys)
	function_body(s.fn, 'function ' .. kp, 'SET(' .. obj .. ', ' .. key .. ', function ', ')')
end

function write.localfunction(s, preset)
	function_body(s.fn, 'local function ' .. s.name, (preset and 'function ' or 'local function ') .. s.name)
end

-- Each handler runs a few times, trace_end once; on the side of Lua it is kept until the
-- main part is through. Its turns are counted in its condition, if it has one.
local TURNS <const> = 3
local events = { tick = 'tick-1ms', event = 'trace sim:event', ['end'] = 'trace_end' }

function write.handler(s)
	W.handlers = W.handlers + 1
	local turn = ('turn("%d.%d", %d)'):format(W.n, W.handlers, TURNS)
	local kc, lc = 'true', 'true'
	if s.cond then kc, lc = expr(s.cond) end
	local cond = s.cond and (' /%s && (%s)/'):format(turn, kc) or ''
	emit(events[s.context] .. cond .. ' {', ('HANDLER(%s, function ()'):format(s.context == 'end'))
	emit(s.cond and '' or ('if (!%s) { return }'):format(turn), s.cond and ('if not (%s) then return end'):format(lc) or '')
	stmts(s.body)
	emit('print("through")', 'print("through")')
	emit('}', 'end)')
end

return { turns = TURNS, write = function(p)
	W = { ktap = {}, lua = {}, labels = 0, handlers = 0, n = p.n }
	if p.kind == 'function' then
		emit(('function program%d() {'):format(p.n), 'function program()')
		stmts(p.body)
		emit('}', 'end')
		emit(('print("@@", "%d.0") print(CATCH(\1, program%d))'):format(p.n, p.n), 'print(CATCH(1, program))')
	else
		emit(('print("@@", "%d.0")'):format(p.n), '')
		emit('{', 'do')
		stmts(p.body)
		emit('}', 'end')
		emit('print("through")', 'print("through")')
	end
	return W.ktap, W.lua
end }
