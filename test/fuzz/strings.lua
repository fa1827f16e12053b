-- Writes random calls of the string functions as a Lua and as a ktap program:
--
--   lua5.4 strings.lua SEED CASES FOLDER
--
-- cases.lua and cases.kp print the same if the functions agree. format.kp prints each
-- format twice, by format() and by printf().
local seed, cases, folder = tonumber(arg[1]), tonumber(arg[2]), arg[3]
local random = math.random
math.randomseed(seed)

local function pick(list) return list[random(#list)] end

local function text(alphabet, longest)
	local out = {}
	for i = 1, random(0, longest) do out[i] = pick(alphabet) end
	return table.concat(out)
end

-- Both languages read \xHH.
local function quote(s)
	return '"' .. s:gsub('[^%w ]', function(c) return ('\\x%02x'):format(c:byte()) end) .. '"'
end

local bytes = { 'a', 'b', 'a', 'b', 'A', 'x', '1', '0', '9', ' ', '\t', '.', '-', '%', '(', ')',
	'[', ']', '^', '$', '_', '\0', '\x7f', '\x80', '\xff', '\n' }
local few = { 'a', 'b', 'a', 'b', ' ', '1', '(', ')' }

local function subject()
	return random(2) == 1 and text(few, 14) or text(bytes, 10)
end

local sets = { '[ab]', '[^ab]', '[a-c]', '[%a_]', '[^%s]', '[]]', '[^]a]', '[%]]', '[a-]', '[-a]',
	'[\0-\x1f]', '[%w%-]', '[a-%%]', '[\x80-\xff]' }
local singles = { 'a', 'b', '.', '1', ' ', '%.', '%%', '%(', '%]', '%-', '\0', '-', ']', '\xff' }

local function single()
	local n = random(4)
	if n == 1 then return pick(sets) end
	if n == 2 then return '%' .. pick { 'a', 'c', 'd', 'g', 'l', 'p', 's', 'u', 'w', 'x',
		'A', 'C', 'D', 'G', 'L', 'P', 'S', 'U', 'W', 'X' } end
	return pick(singles)
end

local function items(depth)
	local out = {}
	for i = 1, random(0, 4) do
		local n = random(14)
		if n <= 9 then
			out[i] = single() .. pick { '', '', '*', '+', '-', '?' }
		elseif n <= 11 and depth > 0 then
			out[i] = '(' .. items(depth - 1) .. ')'
		elseif n == 12 then
			out[i] = pick { '()', '%b()', '%bab', '%baa' }
		elseif n == 13 then
			out[i] = '%f' .. pick(sets)
		else
			out[i] = '%' .. random(1, 3)
		end
	end
	return table.concat(out)
end

-- Most are well-formed; some have had a byte dropped, or are any bytes.
local function pattern()
	local n = random(10)
	if n == 1 then return text(bytes, 6) end
	local p = (random(6) == 1 and '^' or '') .. items(2) .. (random(6) == 1 and '$' or '')
	if n == 2 and #p > 0 then
		local at = random(#p)
		p = p:sub(1, at - 1) .. p:sub(at + 1)
	end
	return p
end

local function position() return tostring(random(-16, 16)) end

local function maybe(value) return random(2) == 1 and ', ' .. value or '' end

-- Lua takes no flags but these, and no NUL in a padded %s.
local function conversion()
	local letter = pick { 'd', 'i', 'x', 'X', 'o', 'c', 's', 's', 'd', '%' }
	if letter == '%' then return '%%' end
	local flags = ({ d = '-+0 ', i = '-+0 ', x = '-#0', X = '-#0', o = '-#0', c = '-', s = '-' })[letter]
	local f = '%'
	for flag in flags:gmatch('.') do
		if random(4) == 1 then f = f .. flag end
	end
	if random(2) == 1 then f = f .. random(1, 20) end
	if letter ~= 'c' and random(3) == 1 then f = f .. '.' .. pick { '', '0', '1', '5', '12' } end
	local value = letter == 's' and pick { quote(text(few, 8)), '42', '-7', 'nil', 'true' }
		or letter == 'c' and tostring(random(32, 126))
		or tostring(pick { 0, 1, -1, 8, 255, -255, 123456789, math.maxinteger, -math.maxinteger,
			random(-5000, 5000) })
	return f .. letter, value
end

local function format_args()
	local f, values = '', ''
	for _ = 1, random(0, 3) do
		local c, value = conversion()
		f = f .. text({ 'a', ' ', '=' }, 2) .. c
		if value then values = values .. ', ' .. value end
	end
	return quote(f) .. values
end

local digits = { '0', '1', '2', '7', '9', 'a', 'f', 'z', 'Z', ' ', '-', '+' }

local makers = {
	function() return 'find', quote(subject()) .. ', ' .. quote(pattern()) ..
		maybe(position() .. maybe(pick { 'true', 'false' })) end,
	function() return 'find', quote(subject()) .. ', ' .. quote(pattern()) end,
	function() return 'match', quote(subject()) .. ', ' .. quote(pattern()) .. maybe(position()) end,
	function() return 'match', quote(subject()) .. ', ' .. quote(pattern()) end,
	function() return 'sub', quote(subject()) .. ', ' .. position() .. maybe(position()) end,
	function() return 'byte', quote(subject()) .. maybe(position() .. maybe(position())) end,
	function() return 'char', random(0, 255) .. maybe(random(-1, 256)) end,
	function() return 'rep', quote(text(few, 3)) .. ', ' .. random(-1, 5) .. maybe(quote(text(few, 2))) end,
	function() return 'upper', quote(subject()) end,
	function() return 'lower', quote(subject()) end,
	function() return 'format', format_args() end,
	function() return 'tonumber', quote(pick { '', '', '0x', '0X' } .. text(digits, 5)) end,
	function() return 'tonumber', quote(text(digits, 5)) .. ', ' .. random(2, 36) end,
	function() return 'tostring', pick { 'nil', 'true', 'false', '-5', quote(subject()) } end,
}

local lua, kp = io.open(folder .. '/cases.lua', 'w'), io.open(folder .. '/cases.kp', 'w')
local formats = io.open(folder .. '/format.kp', 'w')
lua:write('local find, match, sub, byte, char, rep = string.find, string.match, string.sub, string.byte, string.char, string.rep\n',
	'local upper, lower, format = string.upper, string.lower, string.format\n',
	'local function show(n, ok, ...) if ok then print(n, ...) else print(n, "error") end end\n')
kp:write('function show(n, ok, ...) { if (ok) { print(n, ...) } else { print(n, "error") } }\n')

-- Cases stand in functions of a few hundred: code and constants of one are limited.
local function begin_part(kp, n)
	if n % 200 == 1 then kp:write('function part', n, '() {\n') end
end

local function end_part(kp, n, last)
	if n % 200 == 0 or n == last then kp:write('}\npart', (n - 1) // 200 * 200 + 1, '()\n') end
end

for n = 1, cases do
	local name, args = pick(makers)()
	begin_part(kp, n)
	lua:write('show(', n, ', pcall(', name, ', ', args, '))\n')
	kp:write('show(', n, ', pcall(', name, ', ', args, '))\n')
	end_part(kp, n, cases)
end

for n = 1, cases // 10 do
	local f, values = '', ''
	for _ = 1, random(0, 3) do
		local letter = pick { 'd', 'i', 'u', 'x', 'X', 'o', 'c', 's', 'p', '%' }
		local star = random(8) == 1 and letter ~= '%'
		f = f .. '=%' .. text({ '-', '+', ' ', '#', '0' }, 3) ..
			(star and '*' or pick { '', '', '1', '7', '15' }) ..
			pick { '', '', '', '.', '.0', '.3', '.18' } .. pick { '', '', 'l', 'h', 'll' } .. letter
		if star then values = values .. ', ' .. random(-12, 12) end
		if letter ~= '%' then
			values = values .. ', ' .. (letter == 's' and
				pick { quote(text(few, 8)), 'nil', 'true', '{1, 2}', 'print', '-3' } or
				letter == 'c' and tostring(random(32, 126)) or
				tostring(pick { 0, 1, -1, 255, -4096, math.maxinteger, random(-99, 99) }))
		end
	end
	begin_part(formats, n)
	formats:write('printf("', n, ' %s|\\n", format(', quote(f), values, '))\n')
	formats:write('printf("', n, ' ', f, '|\\n"', values, ')\n')
	end_part(formats, n, cases // 10)
end
