-- What ktap's values, operators and functions mean, said in Lua: a program that is
-- translated calls them by the names of the table that this gives back. Where the two
-- languages agree (control flow, calls, scopes, closures) the translation is plain Lua
-- and needs nothing from here.
--
-- A failure raises ktap's message. What ktap's reference leaves open, and what would
-- take too long, raises `unspecified_error`, and `why` says what it was: such a program
-- is passed over.
local M = {}

local kind_of, select, error, pcall, tostring, next = math.type, select, error, pcall, tostring, next
local rep, sub, format, char, byte = string.rep, string.sub, string.format, string.char, string.byte
local find, match, gsub, pack_int = string.find, string.match, string.gsub, string.pack
local concat, sort, getmetatable, setmetatable = table.concat, table.sort, getmetatable, setmetatable

local MAX_STRING <const> = 4096
local MAX_PRINTED <const> = 1500	-- far below what one record holds
local TABLE_DEPTH <const> = 4

M.unspecified_error = setmetatable({}, { __name = 'unspecified' })

function M.unspecified(why)
	M.why = why
	error(M.unspecified_error, 0)
end
local unspecified = M.unspecified

-- --- values ---

local Table, Tuple = {}, {}

local function type_of(v)
	local t = type(v)
	if t == 'number' then return 'integer' end
	if t == 'table' and getmetatable(v) == Tuple then return 'tuple' end
	return t
end

-- Entries stand in `at` in the order in which they came; `place` tells where. When some
-- have come after others were `removed`, ktap has an order of its own.
local function new_table() return setmetatable({ value = {}, at = {}, place = {}, n = 0, last = 0, added = 0 }, Table) end

local function put(t, k, v)
	local value, place = t.value, t.place
	if v == nil then
		if value[k] ~= nil then
			t.at[place[k]], place[k], value[k] = nil, nil, nil
			t.n, t.removed = t.n - 1, true
		end
		return
	end
	if value[k] == nil then
		local last = t.last + 1
		t.last, t.n, t.added, t.mixed = last, t.n + 1, t.added + 1, t.removed
		t.at[last], place[k] = k, last
	end
	value[k] = v
end

local function empty(t)
	t.value, t.at, t.place, t.n, t.last, t.removed = {}, {}, {}, 0, 0, true
end

local function is_table(v) return getmetatable(v) == Table end

-- Composite keys: one object for equal parts.
local tuples, number_of, numbers = {}, setmetatable({}, { __mode = 'k' }), 0

local function name_of(v)
	local t = type(v)
	if t == 'number' then return 'i' .. v .. ';' end
	if t == 'string' then return 's' .. #v .. ':' .. v end
	if t == 'boolean' then return v and 't' or 'f' end
	if not number_of[v] then
		numbers = numbers + 1
		number_of[v] = numbers
	end
	return 'o' .. number_of[v] .. ';'
end

function M.KEY(...)
	local parts, name = { ... }, ''
	for i = 1, select('#', ...) do
		if parts[i] == nil or type_of(parts[i]) == 'tuple' then
			error(type_of(parts[i]) .. ' cannot be a table key', 2)
		end
		name = name .. name_of(parts[i])
	end
	local known = tuples[name]
	if not known then
		known = setmetatable(parts, Tuple)
		tuples[name] = known
	end
	return known
end

local output = {}

-- Nothing is kept from one program to the next.
function M.reset()
	output = {}
	tuples, number_of, numbers = {}, setmetatable({}, { __mode = 'k' }), 0
end

-- --- text ---

local rank = { boolean = 1, integer = 3, string = 7, tuple = 9, table = 10, ['function'] = 11 }

-- As in a record: its bytes decide the order of composite keys.
local function encoded(v)
	local t = type_of(v)
	if t == 'boolean' then return pack_int('<I1I1I2I4', v and 2 or 1, 0, 0, 0) end
	if t == 'integer' then return pack_int('<I1I1I2I4i8', 3, 0, 0, 8, v) end
	if t ~= 'string' then unspecified('order of keys that are tables or functions') end
	return pack_int('<I1I1I2I4', 7, 0, 0, #v) .. v .. rep('\0', -#v % 8)
end

local function printed_order(a, b)
	local ta, tb = type_of(a), type_of(b)
	if ta ~= tb then return rank[ta] < rank[tb] end
	if ta == 'integer' or ta == 'string' then return a < b end
	if ta == 'boolean' then return not a and b end
	if ta ~= 'tuple' then unspecified('order of keys that are tables or functions') end
	local ea, eb = {}, {}
	for i = 1, #a do ea[i] = encoded(a[i]) end
	for i = 1, #b do eb[i] = encoded(b[i]) end
	return concat(ea) < concat(eb)
end

local function in_order(t)
	if t.mixed and t.n > 1 then unspecified('order of entries after some were removed') end
end

local function keys_of(t)
	local keys = {}
	for i = 1, t.last do
		if t.at[i] ~= nil then keys[#keys + 1] = t.at[i] end
	end
	return keys
end

local add_value

local function add_tuple(out, v, printed)
	for i = 1, #v do
		if i > 1 then out[#out + 1] = ', ' end
		add_value(out, v[i], TABLE_DEPTH, printed)
	end
end

local function add_table(out, t, depth, printed)
	if depth == TABLE_DEPTH then
		out[#out + 1] = t.n > 0 and '{...}' or '{}'
		return
	end
	local keys = keys_of(t)
	if printed then sort(keys, printed_order) else in_order(t) end
	out[#out + 1] = '{'
	for i, k in ipairs(keys) do
		local tuple = type_of(k) == 'tuple'
		out[#out + 1] = (i > 1 and ', ' or '') .. (tuple and '[' or '')
		add_value(out, k, depth + 1, printed)
		out[#out + 1] = tuple and ']: ' or ': '
		add_value(out, t.value[k], depth + 1, printed)
	end
	out[#out + 1] = '}'
end

-- A function's name is the compiler's to choose: it is made equal when outputs are compared.
function add_value(out, v, depth, printed)
	local t = type_of(v)
	if #out > MAX_PRINTED then unspecified('long text') end
	if t == 'table' then
		add_table(out, v, depth, printed)
	elseif t == 'tuple' then
		add_tuple(out, v, printed)
	elseif t == 'function' then
		if not printed then unspecified('text of a function') end
		out[#out + 1] = 'function: ?'
	else
		out[#out + 1] = tostring(v)
	end
end

local function text_of(v, printed)
	local t = type(v)
	if t ~= 'table' and t ~= 'function' then return tostring(v) end
	local out = {}
	add_value(out, v, 0, printed)
	return concat(out)
end

local function long_string(bytes, level)
	error('string of ' .. bytes .. ' bytes is over the limit of ' .. MAX_STRING, level + 1)
end

local function checked(s)
	if #s > MAX_STRING then long_string(#s, 3) end
	return s
end

-- --- operators ---

local function no_integers(a, b)
	if kind_of(a) == 'integer' and kind_of(b) == 'integer' then error('division by zero', 3) end
	if kind_of(a) ~= 'integer' then b = a end
	error('arithmetic on ' .. type_of(b), 3)
end

local arith = {
	['+'] = function(a, b) return a + b end,
	['-'] = function(a, b) return a - b end,
	['*'] = function(a, b) return a * b end,
	['&'] = function(a, b) return a & b end,
	['|'] = function(a, b) return a | b end,
	['^'] = function(a, b) return a ~ b end,
	['<<'] = function(a, b) return a << (b & 63) end,
	['>>>'] = function(a, b) return a >> (b & 63) end,
	['>>'] = function(a, b)
		b = b & 63
		return a >= 0 and a >> b or ~(~a >> b)
	end,
	['/'] = function(a, b)
		if b == -1 then return -a end
		local q = a // b
		return (a % b ~= 0 and (a < 0) ~= (b < 0)) and q + 1 or q
	end,
	['%'] = function(a, b) return b == -1 and 0 or math.fmod(a, b) end,
}

local function operator(op)
	local f, divides = arith[op], op == '/' or op == '%'
	return function(a, b)
		if kind_of(a) ~= 'integer' or kind_of(b) ~= 'integer' or divides and b == 0 then no_integers(a, b) end
		return f(a, b)
	end
end

M.ADD, M.SUB, M.MUL, M.DIV, M.MOD = operator('+'), operator('-'), operator('*'), operator('/'), operator('%')
M.BAND, M.BOR, M.BXOR = operator('&'), operator('|'), operator('^')
M.SHL, M.SHR, M.USHR = operator('<<'), operator('>>'), operator('>>>')

function M.NEG(a)
	if kind_of(a) ~= 'integer' then error('arithmetic on ' .. type_of(a), 2) end
	return -a
end

function M.BNOT(a)
	if kind_of(a) ~= 'integer' then error('arithmetic on ' .. type_of(a), 2) end
	return ~a
end

function M.EQ(a, b) return a == b end
function M.NE(a, b) return a ~= b end

local function ordered(a, b, level)
	if kind_of(a) == 'integer' and kind_of(b) == 'integer' or type(a) == 'string' and type(b) == 'string' then
		return true
	end
	error('cannot compare ' .. type_of(a) .. ' with ' .. type_of(b), level + 1)
end

function M.LT(a, b) return ordered(a, b, 2) and a < b end
function M.GT(a, b) return ordered(a, b, 2) and a > b end
function M.LE(a, b) return ordered(a, b, 2) and a <= b end
function M.GE(a, b) return ordered(a, b, 2) and a >= b end

local function joinable(v, level)
	local t = type(v)
	if t == 'table' or t == 'function' then error('cannot concatenate ' .. type_of(v), level + 1) end
	return tostring(v)
end

local function join(level, ...)
	local out, bytes = {}, 0
	for i = 1, select('#', ...) do
		out[i] = joinable((select(i, ...)), level + 1)
		bytes = bytes + #out[i]
	end
	if bytes > MAX_STRING then long_string(bytes, level + 1) end
	return concat(out)
end

function M.CAT(...) return (join(2, ...)) end

-- c ? a : b is UNBOX(c and BOX(a) or BOX(b)).
function M.BOX(v) return { v } end
function M.UNBOX(box) return box[1] end

function M.IN(k, t)
	if not is_table(t) then error("the right side of 'in' is " .. type_of(t) .. ', not a table', 2) end
	return k ~= nil and t.value[k] ~= nil
end

-- A call in tail position that is not to be one, so that its place is told.
function M.PLAIN(...) return ... end

-- --- tables ---

local function indexed(t, level)
	if not is_table(t) then error('cannot index ' .. type_of(t), level + 1) end
end

local function key(k, level)
	if k == nil then error('nil cannot be a table key', level + 1) end
end

function M.GET(t, k)
	indexed(t, 2)
	if k == nil then return nil end
	return t.value[k]
end

function M.SET(t, k, v)
	indexed(t, 2)
	key(k, 2)
	put(t, k, v)
end

local function updated(old, op, v, level)
	if op == '..' then return (join(level + 1, old, v)) end
	local counts_as_0 = old == nil and (op == '+' or op == '-')
	if kind_of(v) ~= 'integer' and kind_of(old) ~= 'integer' and not counts_as_0 then
		unspecified('two operands that are wrong')
	end
	if kind_of(v) ~= 'integer' then error('arithmetic on ' .. type_of(v), level + 1) end
	if counts_as_0 then old = 0 end
	if kind_of(old) ~= 'integer' then error('arithmetic on ' .. type_of(old), level + 1) end
	if (op == '/' or op == '%') and v == 0 then error('division by zero', level + 1) end
	return arith[op](old, v)
end

-- A variable's new value under `op`=.
function M.UP(old, op, v) return (updated(old, op, v, 2)) end

-- The same where the variable is a register, whose own type is looked at first.
function M.UPDATE(t, k, op, v)
	indexed(t, 2)
	key(k, 2)
	put(t, k, updated(t.value[k], op, v, 2))
end

-- An entry of a constructor: its key is looked at before the next is evaluated.
function M.ITEM(k, v)
	key(k, 2)
	return { k, v }
end

-- n entries, then the place of the first of the values that end the list.
function M.TABLE(n, ...)
	local t, args = new_table(), { ... }
	for i = 1, n do put(t, args[i][1], args[i][2]) end
	for i = n + 2, select('#', ...) do put(t, args[n + 1] + i - n - 2, args[i]) end
	return t
end

-- The loop's variables: `keys` of them for the key.
function M.EACH(t, keys)
	if not is_table(t) then error('cannot iterate over ' .. type_of(t), 2) end
	local i, added = 0, t.added
	in_order(t)
	return function()
		if t.added ~= added then unspecified('entries added while they are iterated over') end
		repeat i = i + 1 until i > t.last or t.at[i] ~= nil
		local k = t.at[i]
		if k == nil then return nil end
		if keys <= 1 then return true, k, t.value[k] end
		local parts = type_of(k) == 'tuple' and k or { k }
		local out = table.move(parts, 1, keys, 1, {})
		out[keys + 1] = t.value[k]
		return true, table.unpack(out, 1, keys + 1)
	end
end

function M.RANGE(from, to, step)
	for _, v in ipairs { from == nil and M or from, to == nil and M or to, step == nil and M or step } do
		if kind_of(v) ~= 'integer' then error("'for' needs integers, got " .. (v == M and 'nil' or type_of(v)), 2) end
	end
	if step == 0 then error("'for' step is zero", 2) end
	return from, to, step
end

-- --- the library ---

local function bad_argument(n, name, v, wanted, level)
	error(format("argument %d of '%s' is %s, expected %s", n, name, type_of(v), wanted), level + 1)
end

local function bad_value(n, name, v, level)
	error(format("argument %d of '%s' is out of range: %d", n, name, v), level + 1)
end

local function want_string(n, name, v)
	if type(v) ~= 'string' then bad_argument(n, name, v, 'string', 3) end
end

local function want_integer(n, name, v, default)
	if v == nil and default then return default end
	if kind_of(v) ~= 'integer' then bad_argument(n, name, v, 'integer', 3) end
	return v
end

local function want_table(n, name, v)
	if not is_table(v) then bad_argument(n, name, v, 'table', 3) end
end

function M.type(v) return type_of(v) end

function M.len(v)
	if type(v) == 'string' then return #v end
	if not is_table(v) then error("argument 1 of 'len' is " .. type_of(v) .. ', expected string or table', 2) end
	return v.n
end

function M.tostring(v) return checked(text_of(v)) end
M.stringof = M.tostring

local function digits(s, base)
	local n, any, limit = 0, false, -1	-- the limit is 2^64 - 1
	for c in string.gmatch(s, '.') do
		local d = tonumber(c, 36)
		if not d or d >= base then return nil end
		if math.ult(limit // 1, n) then return nil end
		local most = math.tointeger(base)
		-- n * base + d stays below 2^64
		if n ~= 0 and math.ult(M.udiv(limit, most), n) then return nil end
		local product = n * most
		if math.ult(limit - product, d) then return nil end
		n, any = product + d, true
	end
	return any and n or nil
end

-- Unsigned division by a small positive number.
function M.udiv(a, b)
	if a >= 0 then return a // b end
	local q = ((a >> 1) // b) << 1
	return math.ult(a - q * b, b) and q or q + 1
end

function M.tonumber(s, base)
	if base ~= nil then
		want_integer(2, 'tonumber', base)
		if base < 2 or base > 36 then bad_value(2, 'tonumber', base, 2) end
	elseif kind_of(s) == 'integer' then
		return s
	end
	if type(s) ~= 'string' then return nil end
	local sign, body = match(s, '^[ \t-\r]*([+-]?)(.-)[ \t-\r]*$')
	if find(body, '^0[xX].') and (not base or base == 16) then body, base = sub(body, 3), 16 end
	if find(body, '[^%w]') then return nil end
	local n = digits(body, base or 10)
	return n and (sign == '-' and -n or n)
end

function M.sub(s, i, j)
	want_string(1, 'sub', s)
	i = want_integer(2, 'sub', i, 1)
	return sub(s, i, want_integer(3, 'sub', j, -1))
end

function M.byte(s, i, j)
	want_string(1, 'byte', s)
	i = want_integer(2, 'byte', i, 1)
	return byte(s, i, want_integer(3, 'byte', j, i))
end

function M.char(...)
	for i = 1, select('#', ...) do
		local v = want_integer(i, 'char', (select(i, ...)))
		if v < 0 or v > 255 then bad_value(i, 'char', v, 2) end
	end
	return char(...)
end

function M.rep(s, n, sep)
	want_string(1, 'rep', s)
	if sep ~= nil then want_string(3, 'rep', sep) end
	want_integer(2, 'rep', n)
	if n <= 0 then return '' end
	if #s + #(sep or '') > 0 and n > 1 << 20 then unspecified('a very long string') end
	local bytes = #s * n + #(sep or '') * (n - 1)
	if bytes > MAX_STRING then long_string(bytes, 2) end
	return bytes == 0 and '' or rep(s, n, sep)
end

function M.upper(s) want_string(1, 'upper', s) return (string.upper(s)) end
function M.lower(s) want_string(1, 'lower', s) return (string.lower(s)) end

function M.hex(s)
	want_string(1, 'hex', s)
	if 2 * #s > MAX_STRING then long_string(2 * #s, 2) end
	return (gsub(s, '.', function(c) return format('%02x', byte(c)) end))
end

local function searched(ok, ...)
	if not ok then unspecified('a malformed pattern') end
	return ...
end

function M.find(s, pattern, init, plain)
	want_string(1, 'find', s)
	want_string(2, 'find', pattern)
	init = want_integer(3, 'find', init, 1)
	return searched(pcall(find, s, pattern, init, plain))
end

function M.match(s, pattern, init)
	want_string(1, 'match', s)
	want_string(2, 'match', pattern)
	init = want_integer(3, 'match', init, 1)
	return searched(pcall(match, s, pattern, init))
end

-- Conversions are %[-][0][width][.precision]letter.
local function converted(flags, width, precision, letter, v, printed)
	if letter ~= 's' and type(v) == 'boolean' then v = v and 1 or 0 end
	if letter == 's' or kind_of(v) ~= 'integer' then
		local s = text_of(v, printed)
		if precision ~= '' then s = sub(s, 1, tonumber(sub(precision, 2)) or 0) end
		local blanks = rep(' ', (tonumber(width) or 0) - #s)
		return find(flags, '-', 1, true) and s .. blanks or blanks .. s
	end
	if letter == 'c' then return char(v & 255) end
	if find(flags, '-', 1, true) then flags = '-' end
	return format('%' .. flags .. width .. precision .. letter, v)
end

local function formatted(printed, f, ...)
	local args, i = { ... }, 0
	return (gsub(f, '%%([-0]*)(%d*)(%.?%d*)(%a)', function(flags, width, precision, letter)
		i = i + 1
		return converted(flags, width, precision, letter, args[i], printed)
	end))
end

function M.format(f, ...)
	want_string(1, 'format', f)
	return checked(formatted(false, f, ...))
end

-- By kind, then by value; composite keys by their parts.
local function sorted_order(a, b)
	if type_of(a) ~= 'tuple' or type_of(b) ~= 'tuple' then return printed_order(a, b) end
	for i = 1, math.min(#a, #b) do
		if printed_order(a[i], b[i]) then return true end
		if a[i] ~= b[i] then return false end
	end
	return #a < #b
end

function M.sort_pairs(t)	-- "key"
	want_table(1, 'sort_pairs', t)
	local keys, out = keys_of(t), new_table()
	sort(keys, sorted_order)
	for _, k in ipairs(keys) do put(out, k, t.value[k]) end
	return out
end

local function extremum(name, first)
	return function(a, ...)
		if select('#', ...) == 0 then unspecified('an aggregate') end
		local b = ...
		want_integer(1, name, a)
		want_integer(2, name, b)
		return first(b, a) and b or a
	end
end

M.min = extremum('min', function(a, b) return a < b end)
M.max = extremum('max', function(a, b) return a > b end)

function M.select(n, ...)
	local count = select('#', ...)
	if n == '#' then return count end
	want_integer(1, 'select', n)
	local i = n < 0 and n + count + 1 or n
	if i < 1 then bad_value(1, 'select', n, 2) end
	if i > count then return end
	return select(i, ...)
end

-- As t[k] += 1.
function M.count(t, ...)
	if select('#', ...) == 0 then unspecified('an aggregate') end
	indexed(t, 2)
	local k = ...
	key(k, 2)
	put(t, k, updated(t.value[k], '+', 1, 2))
end

function M.clear(t)
	want_table(1, 'clear', t)
	empty(t)
end

function M.delete(t, ...)
	want_table(1, 'delete', t)
	if select('#', ...) == 0 then return empty(t) end
	local k = ...
	if k ~= nil then put(t, k, nil) end
end

-- The last place of a list, found as ktap finds it.
local function last_place(t)
	local value, low, high = t.value, t.n, t.n + 1
	if low == 0 or value[low] ~= nil then
		while value[high] ~= nil and high < 1 << 61 do low, high = high, high * 2 end
	else
		low, high = 0, low
	end
	while high - low > 1 do
		local mid = low + (high - low) // 2
		if value[mid] == nil then high = mid else low = mid end
	end
	return low
end

function M.unpack(t, i, j)
	want_table(1, 'unpack', t)
	i = i == nil and 1 or want_integer(2, 'unpack', i)
	j = j == nil and last_place(t) or want_integer(3, 'unpack', j)
	if i > j then return end
	if j - i < 0 or j - i > 100 then unspecified('many results') end
	return table.unpack(t.value, i, j)
end

local function bad_place(name, place, last)
	error(format("'%s': place %d is outside the list of %d entries", name, place, last), 3)
end

function M.table_insert(t, ...)
	want_table(1, 'table.insert', t)
	local place, v = ...
	local last = last_place(t)
	if select('#', ...) < 2 then return put(t, last + 1, place) end
	want_integer(2, 'table.insert', place)
	if place < 1 or place > last + 1 then bad_place('table.insert', place, last) end
	for i = last, place, -1 do put(t, i + 1, t.value[i]) end
	put(t, place, v)
end

function M.table_remove(t, ...)
	want_table(1, 'table.remove', t)
	local last = last_place(t)
	local place = want_integer(2, 'table.remove', (...), last)
	if last == 0 and (place == 0 or place == 1) then return nil end
	if place < 1 or place > last then bad_place('table.remove', place, last) end
	local v = t.value[place]
	for i = place + 1, last do put(t, i - 1, t.value[i]) end
	put(t, last, nil)
	return v
end

function M.table_concat(t, between, from, to)
	want_table(1, 'table.concat', t)
	if between ~= nil then want_string(2, 'table.concat', between) end
	from = from == nil and 1 or want_integer(3, 'table.concat', from)
	to = to == nil and last_place(t) or want_integer(4, 'table.concat', to)
	local out, bytes = {}, 0
	for i = from, to do
		if bytes > MAX_STRING then long_string(bytes, 2) end
		local v = t.value[i]
		if v == nil then error('cannot concatenate nil', 2) end
		out[#out + 1] = joinable(v, 2)
		bytes = bytes + #out[#out] + (i < to and #(between or '') or 0)
	end
	if bytes > MAX_STRING then long_string(bytes, 2) end
	return concat(out, between)
end

-- The same heap sort, so that comparisons happen in the same order and a comparison
-- that makes no sense gives the same result.
function M.table_sort(t, before)
	want_table(1, 'table.sort', t)
	if before ~= nil and type(before) ~= 'function' then bad_argument(2, 'table.sort', before, 'function', 2) end
	local last = last_place(t)

	local function is_less(a, b)
		a, b = t.value[a], t.value[b]
		if before then
			local r = before(a, b)
			return r ~= nil and r ~= false
		end
		return ordered(a, b, 4) and a < b
	end
	local function exchange(a, b)
		local x, y = t.value[a], t.value[b]
		put(t, a, y)
		put(t, b, x)
	end
	local function sift(root, n)
		while root <= n // 2 do
			local child = root * 2
			if child < n and is_less(child, child + 1) then child = child + 1 end
			if not is_less(root, child) then break end
			exchange(root, child)
			root = child
		end
	end
	for i = last // 2, 1, -1 do sift(i, last) end
	for i = last, 2, -1 do
		exchange(1, i)
		sift(1, i - 1)
	end
end

function M.error(v, level)
	if type(v) == 'string' and #v > 200 then unspecified('a long message') end
	error(v, level == 0 and 0 or 2)
end

function M.assert(...)
	local v, message = ...
	if v then return ... end
	if select('#', ...) > 1 then error(message, 0) end
	error('assertion failed!', 0)
end

-- --- output ---

function M.print(...)
	local out, bytes = {}, 0
	for i = 1, select('#', ...) do
		out[i] = text_of((select(i, ...)), true)
		bytes = bytes + #out[i]
	end
	if bytes > MAX_PRINTED then unspecified('long output') end
	output[#output + 1] = concat(out, '\t') .. '\n'
end

function M.printf(...)
	want_string(1, 'printf', (...))
	output[#output + 1] = formatted(true, ...)
end

function M.take_output()
	local text = concat(output)
	output = {}
	return text
end

-- --- errors ---

-- ktap's message of what Lua itself raised, and the line, if it has a place.
local function place_of(m)
	local line, text = match(m, '^[^:]*:(%d+): (.*)$')
	text = gsub(text or m, '^attempt to call a (%w+) value.*$', 'cannot call %1')
	if text == 'cannot call number' then text = 'cannot call integer' end
	if find(text, 'stack overflow', 1, true) then unspecified('deep recursion') end
	return tonumber(line), text
end

local function complain(base, m)
	local line, text = place_of(m)
	if match(m, '^model:') then unspecified('an error in a function called by the library') end
	if line and line >= base then M.print('!', line - base, text) else M.print('!', text) end
end

local function caught(base, ok, m, ...)
	if ok then return ok, m, ... end
	if m == M.unspecified_error then error(m, 0) end
	if type(m) ~= 'string' then return ok, m end
	complain(base, m)
	return ok
end

-- A message has a place in it, which is not the same.
local function plainly_caught(ok, ...)
	local m = ...
	if not ok and m == M.unspecified_error then error(m, 0) end
	if not ok and type(m) == 'string' then unspecified('the text of an error') end
	return ok, ...
end

function M.pcall(f, ...) return plainly_caught(pcall(f, ...)) end

function M.CATCH(base, f, ...) return caught(base, pcall(f, ...)) end

return M
