-- A random program as a tree, which write.lua turns into text of both languages. It
-- always ends: loops count, functions call only what was made before them, or
-- themselves with a depth that shrinks.
--
-- Expressions: { k = kind, ... }
--   int v | str v | nil | true | false | vararg | var name
--   bin op a b | un op a | cond c a b | index obj keys | call fn args | builtin name args
--   table items { key = list or nil, value } | func params vararg body
--   catch fn args          pcall, whose message is printed
-- Statements: { k = kind, ... }
--   local names values | assign targets values | update target op value | step target op
--   call e | if arms { cond, body } | while var max cond endless body
--   repeat var max cond body, inner or preset: what the condition sees of the body
--   fornum var from to step body | forc var from cond step body | forin vars keys table body
--   break | continue | return values | block body | function name fn | localfunction name fn
--   handler context cond body
local random = math.random
local G			-- the program under way

local function pick(list) return list[random(#list)] end
local function chance(percent) return random(100) <= percent end

-- --- leaves ---

local edges = { 0, 1, -1, 2, 3, 7, 8, 10, 63, 64, 65, 127, 128, 255, 256, 4095, 32767, 32768, -32768, -32769,
	65535, 65536, 0x7fffffff, -0x80000000, 0xffffffff, 1 << 62, math.maxinteger, math.mininteger,
	math.maxinteger - 1, math.mininteger + 1 }

local function number()
	local n = random(10)
	if n <= 6 then return random(-9, 20) end
	if n <= 9 then return pick(edges) end
	return math.random(0)
end

local function int(v) return { k = 'int', v = v, style = random(8) } end

local alphabets = { 'ab', 'abcXYZ 019_', 'a\0\xff\n\t\\"\'%]' }

local function bytes(longest)
	local out, from = {}, pick(alphabets)
	for i = 1, random(0, longest) do
		local at = random(#from)
		out[i] = from:sub(at, at)
	end
	return table.concat(out)
end

local words = { 'x', 'y', 'z', 'name', 'open', 'key', 'two words', '1', '10', '-7', '0x1f', '' }
local counters = { 'n', 'sum', 'total' }	-- keys of integers only

local function str(v) return { k = 'str', v = v, style = random(4) } end

local function string_leaf()
	return str(chance(60) and pick(words) or bytes(8))
end

-- --- scopes ---

local function declare(name, type, more)
	local v = more or {}
	v.name, v.type = name, type
	table.insert(G.scope.vars, v)
	return v
end

local function enter(fn) G.scope = { vars = {}, outer = G.scope, fn = fn or G.scope.fn } end
local function leave() G.scope = G.scope.outer end

-- Variables in sight, innermost first, hidden ones left out.
local function in_sight(wanted)
	local out, n, seen, scope = {}, 0, {}, G.scope
	while scope do
		local vars = scope.vars
		for i = #vars, 1, -1 do
			local v = vars[i]
			local name = v.name
			if not seen[name] then
				seen[name] = true
				if wanted(v) then
					n = n + 1
					out[n] = v
				end
			end
		end
		scope = scope.outer
	end
	return out
end

-- The inner ones more often.
local function some_var(wanted)
	local list = in_sight(wanted)
	if #list == 0 then return nil end
	return list[math.min(random(#list), random(#list))]
end

local function var_of(type)
	return some_var(function(v) return v.type == type end)
end

local function use(v) return { k = 'var', name = v.name } end

local names = { 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h' }

local function fresh(prefix)
	G.count = G.count + 1
	return prefix .. G.count
end

local function some_name()
	return not G.scope.fresh and chance(70) and pick(names) or fresh('v')
end

-- --- expressions ---

local expr, body, func, call_of

local type_name = { int = 'integer', str = 'string', tab = 'table' }

-- What may be of any type where one of `type` is meant: rarely left as it is.
local function guarded(e, type, depth)
	if chance(G.errors) then return e end
	local test = { k = 'bin', op = '==', a = { k = 'builtin', name = 'type', args = { e } }, b = str(type_name[type]) }
	return { k = 'cond', c = test, a = e, b = expr(type, depth - 1) }
end

local function list(n, type, depth)
	local out = {}
	for i = 1, n do out[i] = expr(type, depth) end
	return out
end

local function builtin(name, args) return { k = 'builtin', name = name, args = args } end

local function key(depth)
	local n = random(10)
	if n <= 4 then return { int(random(0, 4)) } end
	if n <= 7 then return { str(pick(words)) } end
	if n == 8 then
		local parts = { expr('int', depth), expr(chance(50) and 'int' or 'str', depth) }
		if chance(30) then parts[3] = chance(50) and { k = 'true' } or string_leaf() end
		return parts
	end
	if n == 9 then return { expr('int', depth) } end
	return { expr('str', depth) }
end

local function element(depth)
	return { k = 'index', obj = expr('tab', depth - 1), keys = key(depth - 1) }
end

local function choice(type, depth)
	return { k = 'cond', c = expr('bool', depth - 1), a = expr(type, depth - 1), b = expr(type, depth - 1) }
end

local function either(type, depth)
	local any = type == 'any' or type == 'bool' or chance(G.errors)
	return { k = 'bin', op = pick { 'and', 'or' }, a = expr(any and 'any' or type, depth - 1), b = expr(type, depth - 1) }
end

local ops = { '+', '-', '*', '/', '%', '&', '|', '^', '<<', '>>', '>>>', '+', '-' }
local orders = { '<', '<=', '>', '>=' }

local function arithmetic(depth)
	local op = pick(ops)
	local b = expr('int', depth - 1)
	if (op == '/' or op == '%') and not chance(G.errors) then
		b = chance(50) and int(pick { 1, 2, -1, 3, -7, 10, math.mininteger }) or { k = 'bin', op = '|', a = b, b = int(1) }
	elseif op:find('[<>]') and chance(60) then
		b = int(random(0, 70))
	end
	return { k = 'bin', op = op, a = expr('int', depth - 1), b = b }
end

-- What the compiler sees to be no integer it refuses as an argument of %d.
local may_be_int = { int = true, var = true, index = true, call = true }

local function format_int(depth)
	local e = expr('int', depth)
	return may_be_int[e.k] and e or int(number())
end

local patterns = { 'a', 'b+', '[ab]*', '(a)(b*)', '^%s*(.-)%s*$', '%d+', '(.)(.)', '()b', '%w', '[^a]', '.-$', 'a.b', 'x', '(%w+)=(%w*)' }

local makers = {
	int = {
		function(d) return arithmetic(d) end,
		function(d) return arithmetic(d) end,
		function(d) return { k = 'un', op = pick { '-', '~', '-' }, a = expr('int', d - 1) } end,
		function(d) return builtin('len', { expr(chance(50) and 'str' or 'tab', d - 1) }) end,
		function(d) return guarded(element(d), 'int', d) end,
		function(d) return guarded(call_of('int', d), 'int', d) end,
		function(d) return builtin(pick { 'min', 'max' }, list(2, 'int', d - 1)) end,
		function(d) return guarded(builtin('byte', { expr('str', d - 1), int(random(-4, 4)) }), 'int', d) end,
		function(d)
			local args = { chance(50) and str(pick { '42', '0x1f', '-9', ' 7 ', '1e3', '', 'zz', '9223372036854775808' }) or expr('str', d - 1) }
			if chance(30) then args[2] = int(random(2, 36)) end
			return guarded(builtin('tonumber', args), 'int', d)
		end,
	},
	str = {
		function(d) return { k = 'bin', op = '..', a = expr(chance(60) and 'str' or 'simple', d - 1), b = expr(chance(60) and 'str' or 'simple', d - 1) } end,
		function(d) return { k = 'bin', op = '..', a = expr('str', d - 1), b = expr('simple', d - 1) } end,
		function(d)
			local args = { expr('str', d - 1), int(random(-6, 6)) }
			if chance(60) then args[3] = chance(70) and int(random(-6, 6)) or expr('int', d - 1) end
			return builtin('sub', args)
		end,
		function(d)
			local args = { expr('str', d - 1), int(random(-1, 4)) }
			if chance(30) then args[3] = expr('str', d - 1) end
			return builtin('rep', args)
		end,
		function(d) return builtin(pick { 'upper', 'lower', 'hex' }, { expr('str', d - 1) }) end,
		function(d)
			local args = {}
			for i = 1, random(0, 4) do args[i] = chance(G.errors) and expr('any', d - 1) or { k = 'bin', op = '&', a = expr('int', d - 1), b = int(127) } end
			return builtin('char', args)
		end,
		function(d) return builtin(pick { 'tostring', 'stringof' }, { expr(chance(80) and 'simple' or 'tab', d - 1) }) end,
		function(d)
			local f, args = '', {}
			for i = 1, random(0, 3) do
				f = f .. pick { '', ' ', '|' } .. '%' .. pick { '', '', '-', '0' } .. pick { '', '', '5', '12' } .. pick { 'd', 'x', 's', 's', 'd' }
				args[i] = f:sub(-1) == 's' and expr('simple', d - 1) or format_int(d - 1)
			end
			return builtin('format', { str(f), table.unpack(args) })
		end,
		function(d) return guarded(builtin('match', { expr('str', d - 1), str(pick(patterns)) }), 'str', d) end,
		function(d) return guarded(element(d), 'str', d) end,
		function(d) return builtin('type', { expr('any', d - 1) }) end,
		function(d) return builtin('table.concat', { { k = 'table', items = { { value = expr('simple', d - 1) }, { value = expr('str', d - 1) } } }, expr('str', d - 1) }) end,
		function(d) return guarded(call_of('str', d), 'str', d) end,
	},
	bool = {
		function(d) return { k = 'bin', op = pick(orders), a = expr('int', d - 1), b = expr('int', d - 1) } end,
		function(d) return { k = 'bin', op = pick(orders), a = expr('int', d - 1), b = expr('int', d - 1) } end,
		function(d) return { k = 'bin', op = pick(orders), a = expr('str', d - 1), b = expr('str', d - 1) } end,
		function(d) local t = pick { 'int', 'str', 'any' } return { k = 'bin', op = pick { '==', '!=' }, a = expr(t, d - 1), b = expr(t, d - 1) } end,
		function(d) return { k = 'un', op = '!', a = expr('any', d - 1) } end,
		function(d) return { k = 'bin', op = pick { 'and', 'or' }, a = expr('bool', d - 1), b = expr('bool', d - 1) } end,
		function(d) local ks = key(d - 1) return { k = 'bin', op = 'in', a = ks[1], b = expr('tab', d - 1) } end,
	},
	tab = {
		function(d)
			local items = {}
			for i = 1, random(0, 5) do
				local n = random(6)
				items[i] = { value = expr(chance(80) and pick { 'int', 'str', 'tab' } or 'any', d - 1) }
				if n <= 3 then items[i].key = n == 1 and key(d - 1) or { str(pick(words)) } end
			end
			if chance(15) and G.scope.fn.vararg then items[#items + 1] = { value = { k = 'vararg' } } end
			if chance(10) and #items > 0 then items[#items + 1] = { value = call_of('any', d) } end
			return { k = 'table', items = items }
		end,
	},
	any = {
		function(d)
			if not chance(2) then return expr('int', d) end
			local e = string_leaf()		-- more parts than are joined at once
			for _ = 1, 120 do e = { k = 'bin', op = '..', a = int(random(9)), b = e } end
			return e
		end,
		function(d) return expr('str', d) end,
		function(d) return expr('bool', d) end,
		function(d) return expr('tab', d) end,
		function(d) return element(d) end,
		function(d) return call_of('any', d) end,
		function(d) return { k = pick { 'nil', 'true', 'false' } } end,
		function(d) return builtin('select', { chance(50) and int(random(chance(G.errors) and -2 or 1, 3)) or str('#'), table.unpack(list(random(0, 3), 'any', d - 1)) }) end,
		function(d) return builtin('unpack', { expr('tab', d - 1), table.unpack(chance(50) and { int(random(-1, 2)), int(random(0, 5)) } or {}) }) end,
		function(d) return builtin('find', { expr('str', d - 1), str(pick(patterns)), table.unpack(chance(30) and { int(random(-5, 5)) } or {}) }) end,
		function(d) return builtin('byte', { expr('str', d - 1), int(random(-3, 3)), int(random(-3, 5)) }) end,
		function() return G.scope.fn.vararg and { k = 'vararg' } or { k = 'nil' } end,
		function(d) return chance(20) and func(d) or expr('int', d) end,
	},
}
-- What .. joins.
makers.simple = { makers.any[1], makers.any[2], makers.any[3], makers.any[1], makers.any[2], makers.any[7] }

local leaves = {
	int = function() return int(number()) end,
	str = string_leaf,
	bool = function() return { k = pick { 'true', 'false' } } end,
	tab = function() return { k = 'table', items = {} } end,
	any = function() return pick { { k = 'nil' }, int(number()), string_leaf(), { k = 'true' }, { k = 'false' } } end,
}
leaves.simple = leaves.any

function expr(type, depth)
	if chance(G.errors) and chance(20) then type = 'any' end
	G.size = G.size - 1
	if depth <= 0 or G.size <= 0 or chance(35) then
		local v = chance(75) and (type == 'any' and some_var(function(v) return v.type ~= 'fun' end) or var_of(type))
		return v and use(v) or leaves[type]()
	end
	if chance(6) then return choice(type, depth) end
	if chance(5) then return either(type, depth) end
	return pick(makers[type])(depth)
end

-- --- functions ---

local function returned(depth)
	local n = pick { 0, 1, 1, 1, 2, 3 }
	local values = list(n, 'any', depth)
	if chance(20) then values[n + 1] = call_of('any', depth) end
	return { k = 'return', values = values }
end

-- With `name` it may call itself: its first parameter says how deep it still may.
function func(depth, name, most)
	local f = { k = 'func', params = {}, types = {}, vararg = chance(25) }
	enter({ vararg = f.vararg, loops = 0 })
	if name then
		f.params[1] = fresh('n')
		declare(f.params[1], 'int', { fixed = true })
	end
	for i = #f.params + 1, random(0, most or 3) do
		local p = some_name()
		while f.params[p] do p = fresh('p') end
		f.params[p], f.params[i] = true, p
		f.types[i] = pick { 'int', 'int', 'str', 'tab', 'any' }
		declare(p, f.types[i])
	end
	local turns = G.turns
	G.turns = G.turns * 4
	f.body = body(random(1, 4), depth - 1)
	if name then
		local args = { { k = 'bin', op = '-', a = { k = 'var', name = f.params[1] }, b = int(1) } }
		for i = 2, #f.params do args[i] = expr(f.types[i], 1) end
		local again = { k = 'call', fn = { k = 'var', name = name }, args = args }
		local go = chance(50) and { k = 'return', values = { again } } or
			{ k = 'local', names = { some_name() }, values = { again } }
		table.insert(f.body, random(#f.body + 1), { k = 'if', arms = { { { k = 'bin', op = '>', a = { k = 'var', name = f.params[1] }, b = int(0) }, { go } } } })
	end
	local last = f.body[#f.body]
	if not (last and last.ends) and chance(85) then f.body[#f.body + 1] = returned(depth - 1) end
	G.turns = turns
	leave()
	return f
end

-- A call of a function that is known, else something simple.
function call_of(type, depth)
	local v = G.turns < 400 and var_of('fun')
	if not v then
		if depth > 1 and chance(40) then
			local f, args = func(depth - 1), {}
			for i, type in ipairs(f.types) do args[i] = expr(type, depth - 1) end
			return { k = 'call', fn = f, args = args }
		end
		return leaves[type]()
	end
	local args = {}
	for i = 1, v.params do args[i] = expr(v.types[i] or 'int', depth - 1) end
	if chance(G.errors) then args[#args] = nil end
	if v.recursive then args[1] = int(random(0, 4)) end
	if chance(10) then args[#args + 1] = expr('any', depth - 1) end
	if chance(10) and G.scope.fn.vararg then args[#args + 1] = { k = 'vararg' } end
	local fn = { k = 'var', name = v.name }
	if chance(15) then return { k = 'catch', fn = fn, args = args } end
	if chance(5) then return chance(50) and builtin('pcall', { fn, table.unpack(args) }) or
		{ k = 'catch', fn = { k = 'var', name = 'pcall' }, args = { fn, table.unpack(args) } } end
	return { k = 'call', fn = fn, args = args }
end

-- --- statements ---

local function value_types() return pick { 'int', 'int', 'int', 'str', 'str', 'tab', 'bool', 'any' } end

-- What can be assigned to, and the type it has.
local function target(depth)
	if chance(35) then
		return element(depth), 'any'
	end
	local v = some_var(function(v) return not v.fixed and v.type ~= 'fun' end)
	if not v then return element(depth), 'any' end
	return use(v), v.type
end

local function shown()
	local vars = in_sight(function(v) return v.type ~= 'fun' end)
	local args = {}
	for i = 1, math.min(#vars, random(1, 6)) do args[i] = use(vars[i]) end
	return { k = 'call', e = builtin('print', args) }
end

-- The body of a loop of `most` turns; as body().
local function loop_body(most, depth, behind, fresh_names)
	G.turns = G.turns * most
	G.scope.fn.loops = G.scope.fn.loops + 1
	local b = body(random(1, 4), depth - 1, behind, fresh_names)
	G.scope.fn.loops = G.scope.fn.loops - 1
	G.turns = G.turns // most
	return b
end

local function updated_with(op, type, depth)
	if op == '..' then return expr('str', depth) end
	if op == '<<' or op == '>>' or op == '>>>' then return int(random(0, 70)) end
	if (op == '/' or op == '%') and not chance(G.errors) then return int(pick { 1, 2, -1, 3, -7 }) end
	return expr('int', depth)
end

local statements = {}

function statements.declaration(depth)
	local n, s = pick { 1, 1, 1, 2, 3 }, { k = 'local', names = {}, values = {} }
	local types = {}
	for i = 1, n do
		types[i] = value_types()
		if #s.values == i - 1 and (i == 1 or chance(80)) then s.values[i] = expr(types[i], depth) end
		s.names[i] = some_name()
		for j = 1, i - 1 do
			if s.names[j] == s.names[i] then s.names[i] = fresh('v') end
		end
	end
	if n > 1 and chance(30) then
		for i = n, 2, -1 do s.values[i] = nil end
		s.values[1] = call_of('any', depth)
		for i = 1, n do types[i] = 'any' end
	elseif #s.values == n and chance(6) then
		s.values[n + 1] = call_of('any', depth)	-- computed for what it does
	end
	for i = 1, n do declare(s.names[i], s.values[i] and types[i] or 'any') end
	return s
end

function statements.assignment(depth)
	local n, s = pick { 1, 1, 1, 1, 2, 3 }, { k = 'assign', targets = {}, values = {} }
	local loose = true	-- takes any value
	for i = 1, n do
		local type
		s.targets[i], type = target(depth)
		loose = loose and type == 'any'
		if type == 'any' or chance(G.errors) then type = value_types() end
		s.values[i] = expr(type, depth)
	end
	if chance(5) then s.values[n + 1] = call_of('any', depth) end
	if not loose then return s end
	if n > 1 and chance(30) then s.values[n] = nil end
	if n > 1 and chance(30) then s.values = { call_of('any', depth) } end
	return s
end

function statements.update(depth)
	local to, type = target(depth)
	if type == 'str' or chance(G.errors * 3) then
		-- cut, lest it grows without end
		if chance(50) then return { k = 'assign', targets = { to }, values = { builtin('sub', { { k = 'bin', op = '..', a = to, b = expr('simple', depth) }, int(1), int(20) }) } } end
		return { k = 'update', target = to, op = '..', value = string_leaf() }
	end
	local op = pick(ops)
	if type ~= 'int' and not chance(G.errors * 3) then
		local v = var_of('tab')
		to = { k = 'index', obj = v and use(v) or expr('tab', depth - 1), keys = { str(pick(counters)) } }
		if v and op ~= '+' and op ~= '-' and chance(70) then
			return { k = 'block', style = 1, body = { { k = 'assign', targets = { to }, values = { expr('int', depth - 1) } },
				{ k = 'update', target = to, op = op, value = updated_with(op, type, depth) } } }
		end
		if not chance(G.errors * 3) then op = pick { '+', '-' } end
	end
	if chance(25) then return { k = 'step', target = to, op = pick { '++', '--' } } end
	return { k = 'update', target = to, op = op, value = updated_with(op, type, depth) }
end

statements['if'] = function(depth)
	local arms = {}
	for i = 1, random(1, 3) do arms[i] = { expr('bool', depth), body(random(1, 3), depth - 1) } end
	if chance(50) then arms[#arms + 1] = { nil, body(random(1, 3), depth - 1) } end
	return { k = 'if', arms = arms, style = random(2) }
end

-- Whether a `continue` of the body's own loop is in it.
local function continues(body)
	for _, s in ipairs(body) do
		if s.k == 'continue' or s.k == 'block' and continues(s.body) then return true end
		for _, arm in ipairs(s.arms or {}) do
			if continues(arm[2]) then return true end
		end
	end
	return false
end

statements['while'] = function(depth)
	local s = { k = 'while', var = fresh('w'), max = random(1, 5), endless = chance(25) and pick { 'while', 'for' } }
	enter()
	declare(s.var, 'int', { fixed = true })
	s.cond = expr('bool', depth)
	s.body = loop_body(s.max, depth)
	leave()
	return s
end

-- The condition sees what the body declares: nil, where a `continue` passed over it. There
-- the names are fresh, so that in Lua they can be declared before.
statements['repeat'] = function(depth)
	local s = { k = 'repeat', var = fresh('w'), max = random(1, 5) }
	enter()
	declare(s.var, 'int', { fixed = true })
	local fresh_names = chance(50)
	s.body = loop_body(s.max, depth, function() s.cond = expr('bool', depth) end, fresh_names)
	if continues(s.body) then
		s.preset = fresh_names
		s.inner = not fresh_names
		if s.inner then s.cond = expr('bool', depth) end
	end
	leave()
	return s
end

function statements.range(depth)
	local from, step, turns = chance(80) and random(-3, 5) or pick(edges), pick { 1, 1, 1, 2, -1, -3, 100 }, random(0, 5)
	local s = { k = 'fornum', var = some_name(), from = int(from) }
	local to = from + step * turns
	if turns > 0 and (to > from) ~= (step > 0) then to = from end
	s.to = int(to)
	if step ~= 1 or chance(20) then s.step = int(step) end
	if chance(G.errors) then s[pick { 'from', 'to', 'step' }] = chance(30) and int(0) or expr('any', 1) end
	enter()
	declare(s.var, 'int')
	s.body = loop_body(turns + 1, depth)
	leave()
	return s
end

function statements.counted(depth)
	local most = random(0, 5)
	local s = { k = 'forc', var = fresh('i'), from = int(random(-2, 2)), written = chance(30) }
	local v = { k = 'var', name = s.var }
	s.cond = { k = 'bin', op = '<', a = v, b = int(s.from.v + most) }
	s.step = chance(50) and { k = 'step', target = v, op = '++' } or { k = 'update', target = v, op = '+', value = int(random(1, 2)) }
	enter()
	declare(s.var, 'int', { fixed = true })
	s.body = loop_body(most + 1, depth)
	leave()
	return s
end

function statements.each(depth)
	local s = { k = 'forin', vars = {}, keys = pick { 1, 1, 1, 1, 2, 3 }, pairs = chance(60) }
	s.table = expr('tab', depth)
	if chance(40) then s.table, s.pairs = builtin('sort_pairs', { s.table, str('key') }), false end
	for i = 1, s.keys + (s.keys > 1 and 1 or random(0, 1)) do s.vars[i] = fresh('k') end
	enter()
	for i, name in ipairs(s.vars) do declare(name, 'any') end
	s.body = loop_body(5, depth)
	leave()
	return s
end

function statements.block(depth) return { k = 'block', body = body(random(1, 4), depth - 1), style = random(3) } end

local function signature(f, recursive)
	return { params = #f.params, types = f.types, recursive = recursive, fixed = true }
end

function statements.func(depth)
	local where, recursive = random(10), chance(25)
	local name = fresh('f')
	if where <= 6 then
		if recursive then enter() declare(name, 'hidden', { fixed = true }) end
		local f = func(depth, recursive and name)
		if recursive then leave() end
		declare(name, 'fun', signature(f, recursive))
		return { k = 'localfunction', name = name, fn = f }
	end
	if where <= 8 then
		name = G.prefix .. name
		local f = func(depth, recursive and name)
		if G.scope == G.top or chance(G.errors) then
			local v = signature(f, recursive)
			v.name, v.type = name, 'fun'
			table.insert(G.globals.vars, v)
		end
		return { k = 'function', name = { k = 'var', name = name }, fn = f }
	end
	local f = func(depth)
	local table_var = var_of('tab')
	if where == 9 and table_var then
		return { k = 'function', name = { k = 'index', obj = use(table_var), keys = { str(pick { 'x', 'y', 'name' }) }, dot = true }, fn = f }
	end
	declare(name, 'fun', signature(f))
	return { k = 'local', names = { name }, values = { f } }
end

function statements.call(depth)
	local n = random(12)
	if n <= 4 then
		local e = call_of('any', depth)
		if e.k == 'call' or e.k == 'catch' then return { k = 'call', e = e } end
		return { k = 'call', e = builtin('print', { e }) }
	end
	if n == 5 then return { k = 'call', e = builtin('delete', { expr('tab', depth), chance(80) and key(depth)[1] or nil }) } end
	if n == 6 then return { k = 'call', e = builtin('count', { expr('tab', depth), str(pick(counters)) }) } end
	if n <= 8 then
		local args = { expr('tab', depth) }
		if chance(30) then args[2] = int(chance(G.errors * 3) and random(0, 3) or 1) end
		args[#args + 1] = expr('any', depth)
		return { k = 'call', e = builtin('table.insert', args) }
	end
	if n == 9 then return { k = 'call', e = builtin('print', { builtin('table.remove', { expr('tab', depth), chance(40) and int(chance(G.errors * 3) and random(0, 3) or 1) or nil }) }) } end
	if n == 10 then
		local items = {}
		for i = 1, random(0, 7) do items[i] = { value = expr('int', 1) } end
		local t = not chance(G.errors * 3) and { k = 'table', items = items } or expr('tab', depth)
		local v = declare(fresh('t'), 'tab')
		local less = { k = 'func', params = { 'p', 'q' }, body = { { k = 'return', values = { { k = 'bin', op = pick(orders), a = { k = 'var', name = 'p' }, b = { k = 'var', name = 'q' } } } } } }
		return { k = 'block', style = 1, body = { { k = 'local', names = { v.name }, values = { t } },
			{ k = 'call', e = builtin('table.sort', { use(v), chance(50) and less or nil }) },
			{ k = 'call', e = builtin('print', { use(v) }) } } }, table.remove(G.scope.vars)
	end
	if n == 11 then return { k = 'call', e = builtin('printf', { str('%s %5d\n'), expr('simple', depth), format_int(depth) }) } end
	return { k = 'call', e = builtin('clear', { expr('tab', depth) }) }
end

-- Part of the program runs caught: what fails there ends only that part.
function statements.caught(depth)
	local f = func(depth, nil, 0)
	return { k = 'call', e = builtin('print', { { k = 'catch', fn = f, args = {} } }) }
end

function statements.print() return shown() end

-- A variable that holds a function of the library.
local library = { len = { 'str' }, upper = { 'str' }, hex = { 'str' }, min = { 'int', 'int' }, max = { 'int', 'int' }, type = { 'any' },
	tostring = { 'simple' }, sub = { 'str', 'int', 'int' }, byte = { 'str', 'int', 'int' }, find = { 'str', 'str' } }
local library_names = { 'len', 'upper', 'hex', 'min', 'max', 'type', 'tostring', 'sub', 'byte', 'find' }

function statements.library()
	local name, v = pick(library_names), fresh('f')
	declare(v, 'fun', { params = #library[name], types = library[name], fixed = true })
	return { k = 'local', names = { v }, values = { { k = 'var', name = name } } }
end

local function var(name) return { k = 'var', name = name } end
local function index(name, key) return { k = 'index', obj = var(name), keys = { key } } end
local function binary(a, op, b) return { k = 'bin', op = op, a = a, b = b } end

-- An assignment whose targets depend on each other: their places come first.
function statements.entangled(depth)
	local t, i = fresh('t'), fresh('i')
	local function entry() return index(t, chance(70) and var(i) or int(random(0, 2))) end
	local targets = { entry(), pick { var(t), var(i), entry() } }
	if chance(50) then targets[1], targets[2] = targets[2], targets[1] end
	local values = {}
	for n, target in ipairs(targets) do
		values[n] = target.name == t and expr('tab', depth - 1) or target.name == i and binary(var(i), '+', int(1)) or
			chance(50) and entry() or expr('any', depth - 1)
	end
	return { k = 'block', style = 1, body = {
		{ k = 'local', names = { t, i }, values = { expr('tab', depth - 1), int(random(0, 3)) } },
		chance(30) and { k = 'call', e = builtin('print', { { k = 'call', fn = { k = 'func', params = {}, body = {
			{ k = 'step', target = var(i), op = '++' }, { k = 'return', values = { var(i), var(t) } } } }, args = {} } }) } or shown(),
		{ k = 'assign', targets = targets, values = values },
		{ k = 'call', e = builtin('print', { var(t), var(i) }) } } }
end

-- A variable that begins as nil and is counted up by what looks at it.
function statements.from_nil(depth)
	local v = fresh('v')
	enter({ vararg = false, loops = 0 })
	local value = chance(20) and var(v) or { k = 'cond', c = binary(var(v), '==', { k = 'nil' }), a = expr('int', depth - 1), b = expr('int', depth - 1) }
	local update = { k = 'update', target = var(v), op = pick { '+', '-', '+', '-', '*' }, value = value }
	leave()
	return { k = 'call', e = builtin('print', { { k = 'catch', args = {}, fn = { k = 'func', params = {}, body = {
		{ k = 'local', names = { v }, values = {} }, update, { k = 'return', values = { var(v) } } } } } }) }
end

-- A table of some hundred entries, of which some are removed.
function statements.bulk()
	local t, i, sum, last = fresh('t'), fresh('i'), fresh('s'), random(200, 900)
	local function through(from, step, s) return { k = 'fornum', var = i, from = int(from), to = int(last), step = step and int(step), body = { s } } end
	local spread = chance(50) and binary(binary(var(i), '*', int(7919)), '%', int(random(50, 2000))) or binary(string_leaf(), '..', var(i))
	local function entry() return index(t, spread) end
	return { k = 'block', style = 1, body = {
		{ k = 'local', names = { t, sum }, values = { { k = 'table', items = {} }, int(0) } },
		through(1, nil, { k = 'update', target = entry(), op = '+', value = var(i) }),
		through(random(1, 3), random(2, 5), { k = 'assign', targets = { entry() }, values = { { k = 'nil' } } }),
		through(1, random(1, 9), { k = 'update', target = var(sum), op = '+', value = binary(entry(), 'or', int(0)) }),
		{ k = 'call', e = builtin('print', { builtin('len', { var(t) }), var(sum) }) } } }
end

-- A loop of tail calls.
function statements.tail(depth)
	local f, n, value = fresh('f'), fresh('n'), fresh('v')
	enter({ vararg = false, loops = 0 })
	declare(n, 'int', { fixed = true })
	declare(value, 'int')
	local turns = G.turns
	G.turns = 500
	local next_value = expr('int', math.min(depth, 2))
	G.turns = turns
	leave()
	local fn = { k = 'func', params = { n, value }, types = {}, body = {
		{ k = 'if', arms = { { binary(var(n), '<=', int(0)), { { k = 'return', values = { var(value) } } } } } },
		{ k = 'return', values = { { k = 'call', fn = var(f), args = { binary(var(n), '-', int(1)), next_value } } } } } }
	return { k = 'block', style = 1, body = { { k = 'localfunction', name = f, fn = fn },
		{ k = 'call', e = builtin('print', { { k = 'call', fn = var(f), args = { int(random(0, 300)), expr('int', 1) } } }) } } }
end

function statements.failure(depth)
	enter({ vararg = false, loops = 0 })
	local f = { k = 'func', params = {}, vararg = false, body = {
		{ k = 'call', e = builtin('error', { chance(60) and string_leaf() or expr('any', depth), chance(30) and int(0) or nil }) } } }
	leave()
	return { k = 'call', e = builtin('print', { { k = 'catch', fn = f, args = {} } }) }
end

local jumps = {
	function() return { k = 'break', ends = true } end,
	function() return { k = 'continue', ends = true } end,
	function(depth) local s = returned(depth) s.ends = true return s end,
}

local function jump_out(depth)
	local s = pick(jumps)(depth)
	if s.k == 'return' and G.scope.fn.main then s = { k = 'break', ends = true } end
	return s
end

-- On a condition.
local function jump(depth)
	local s = jump_out(depth)
	return { k = 'if', arms = { { expr('bool', depth), { s } } }, style = 1 }
end

local is_loop = { ['while'] = true, ['repeat'] = true, range = true, counted = true, each = true, bulk = true, tail = true }
local has_parts = { ['if'] = true, block = true, func = true, caught = true }

local function statement(depth)
	G.size = G.size - 1
	if G.scope.fn.loops > 0 and chance(12) then return jump(depth) end
	local kind
	repeat
		kind = pick(G.mix)
	until not (G.turns > 100 and is_loop[kind]) and
		not (depth <= 0 and (is_loop[kind] or has_parts[kind]))
	return (statements[kind](depth))
end

-- A block of its own: its variables end with it, when `behind` has been called.
function body(n, depth, behind, fresh_names)
	local out = {}
	enter()
	G.scope.fresh = fresh_names
	for i = 1, n do
		if G.size <= 0 then break end
		out[#out + 1] = statement(depth)
	end
	if chance(30) then out[#out + 1] = shown() end
	if behind then
		behind()
	elseif G.scope.fn.loops > 0 and chance(8) then
		out[#out + 1] = jump_out(depth)
	end
	leave()
	return out
end

-- --- programs ---

local kinds = { 'entangled', 'from_nil', 'declaration', 'assignment', 'update', 'if', 'while', 'repeat', 'bulk', 'tail', 'library', 'range', 'counted', 'each', 'block', 'func', 'call', 'caught', 'print', 'failure' }
local usual = { entangled = 1, from_nil = 1, declaration = 5, assignment = 5, update = 5, ['if'] = 3, ['while'] = 1, ['repeat'] = 1, bulk = 0, tail = 0, library = 1, range = 1, counted = 1, each = 1, block = 1, func = 3, call = 4, caught = 1, print = 3, failure = 0 }

-- Each program has a taste of its own: some things often, some never.
local function taste()
	local mix = {}
	for _, kind in ipairs(kinds) do
		for _ = 1, usual[kind] * pick { 0, 1, 1, 2, 4 } do mix[#mix + 1] = kind end
	end
	for _, kind in ipairs { 'bulk', 'tail' } do
		if chance(8) then mix[#mix + 1] = kind end
	end
	for _, kind in ipairs { 'declaration', 'assignment', 'update', 'print' } do mix[#mix + 1] = kind end
	return mix
end

local function main_body(n)
	local out = {}
	for i = 1, n do out[i] = statement(3) end
	out[#out + 1] = shown()
	return out
end

local function handler(context)
	enter({ vararg = false, loops = 0 })
	G.turns = 3
	G.size = 150
	local h = { k = 'handler', context = context, cond = context ~= 'end' and chance(30) and expr('bool', 2) or nil }
	h.body = main_body(random(2, 8))
	G.turns = 1
	leave()
	return h
end

-- Calls of global functions that stand in parts which were not taken after all: they are nil.
local function define_missing(p)
	local function look(node)
		for _, child in pairs(node) do
			if type(child) == 'table' then
				if child.k == 'function' and child.name.k == 'var' then p.defined[child.name.name] = true end
				look(child)
			end
		end
	end
	p.defined = {}
	look(p.body)
	for _, v in ipairs(G.globals.vars) do
		if v.type == 'fun' and not p.defined[v.name] then
			table.insert(p.body, 1, { k = 'assign', targets = { { k = 'var', name = v.name } }, values = { { k = 'nil' } } })
		end
	end
end

-- The nth program of a seed. Its `kind`: function, main or handler.
return function(seed, n)
	math.randomseed(seed, n)
	local kind = pick { 'function', 'function', 'main', 'handler', 'handler' }
	G = { count = 0, size = random(60, 400), errors = pick { 0, 0, 1, 3 }, turns = 1, mix = taste(),
		prefix = 'G' .. n .. '_' }
	G.scope = { vars = {}, fn = { vararg = false, loops = 0, main = kind ~= 'function' } }
	G.globals = G.scope
	if chance(5) then G.size = G.size * 3 end
	local p = { n = n, seed = seed, errors = G.errors, kind = kind, globals = {}, body = {} }
	for i, type in ipairs { 'int', 'str', 'tab', 'any' } do
		local name = G.prefix .. pick { 'x', 'y' } .. i
		table.insert(p.body, { k = 'assign', targets = { { k = 'var', name = name } }, values = { expr(type, 1) } })
		declare(name, type)
	end
	enter()
	G.top = G.scope
	for _, s in ipairs(main_body(random(4, 16))) do p.body[#p.body + 1] = s end
	if kind == 'handler' then
		local context = pick { 'event', 'event', 'tick', 'end' }	-- one, so that their order is known
		for _ = 1, pick { 1, 1, 2 } do p.body[#p.body + 1] = handler(context) end
	end
	leave()
	define_missing(p)
	return p
end
