-- Random programs in ktap and in Lua: both must print the same.
--
--   lua5.4 run.lua SIM FOLDER SEED FIRST COUNT [show]
--
-- runs programs FIRST .. FIRST + COUNT - 1 of SEED; SIM is ktap-sim, scripts are written
-- to FOLDER. Prints what disagrees, made small, and exits with 1; else how many agreed.
-- With `show` it prints one program's texts and both outputs.
local here = arg[0]:match('^(.*/)') or './'
package.path = here .. '?.lua;' .. package.path
collectgarbage('generational')
local generate, writer, expect = require 'generate', require 'write', require 'expect'
local simulate, shrink = require 'simulate', require 'shrink'

local BATCH <const> = 150	-- programs of one script
local ENOUGH <const> = 3	-- disagreements to show

local sim, folder = arg[1], arg[2]
local seed, first, count, show = math.tointeger(arg[3]), math.tointeger(arg[4]), math.tointeger(arg[5]), arg[6]
simulate.init(here, sim, folder, BATCH)

-- The compiler names functions in its own way.
local function comparable(s)
	return (s:gsub('function: %(line %d+%)', 'function: ?'):gsub('function: [%w_.]+', 'function: ?'))
end

-- Writes the program in both languages and runs it in Lua: whether it can be compared.
local function prepare(p)
	p.ktap, p.lua = writer.write(p)
	local want, why = expect(p.lua)
	if not want then return false, why end
	p.expected, p.ends_script = comparable(want), why
	return true
end

-- Limits that Lua does not have.
local function is_limit(p)
	local s = p.got .. p.errors
	return s:find('out of temporary memory', 1, true) or s:find('stack overflow', 1, true) or
		s:find('output of one call', 1, true)
end

-- Runs the programs together. Those that disagree: all, if it cannot be said which.
local function disagreeing(programs)
	local bad = {}
	simulate.run(programs)
	for _, p in ipairs(programs) do
		if comparable(p.got) ~= p.expected then bad[#bad + 1] = p end
	end
	return #bad == 0 and programs[1].broken and programs or bad
end

-- Whether it disagrees by itself.
local function fails(p)
	local ok, comparable = pcall(prepare, p)
	return ok and comparable and #disagreeing { p } > 0 and not is_limit(p)
end

-- --- showing ---

local function visible(s)
	return (s:gsub('\0', '\n--- handler:\n'):gsub('[\1-\8\11-\31\127-\255]', function(c) return ('\\x%02x'):format(c:byte()) end))
end

local function show_lines(title, lines)
	print(title)
	for _, line in ipairs(lines) do
		if line ~= '' then print((line:gsub('\1', '1'))) end
	end
end

local function show_program(p)
	show_lines('--- ktap:', p.ktap)
	show_lines('--- Lua:', p.lua)
	print('--- Lua printed:\n' .. visible(p.expected))
	print('--- ktap printed:\n' .. visible(p.got))
	if p.errors ~= '' then print('--- on standard error:\n' .. visible(p.errors)) end
end

-- The compiler's complaint without names; nil: none.
local function refusal(p) return p.errors:match("error: ([^'\n]*)") end

-- Whether and why it is refused stays the same while it shrinks.
local function report(p)
	print(('program %d of seed %d disagrees; to see it: lua5.4 program/run.lua SIM FOLDER %d %d 1'):format(p.n, seed, seed, p.n))
	local why = refusal(p)
	shrink(p, function(q) return fails(q) and refusal(q) == why end)
	fails(p)
	show_program(p)
end

-- --- many ---

local agreed, limits, failed, passed, reasons = 0, 0, 0, 0, {}

local function settle_one(p)
	local got, errors, expected = p.got, p.errors, p.expected
	if fails(p) then
		failed = failed + 1
		report(p)
	elseif is_limit(p) then
		limits = limits + 1
	else
		failed = failed + 1
		print(('program %d of seed %d disagrees in company of others only'):format(p.n, seed))
		p.got, p.errors, p.expected = got, errors, expected
		show_program(p)
	end
end

-- One program may end a script: halves tell which.
local function settle(programs)
	if #programs == 0 then return end
	local bad = disagreeing(programs)
	if #bad <= 1 then
		agreed = agreed + #programs - #bad
		if bad[1] then settle_one(bad[1]) end
		return
	end
	if #programs == 1 then return settle_one(programs[1]) end
	local half = #programs // 2
	settle(table.move(programs, 1, half, 1, {}))
	settle(table.move(programs, half + 1, #programs, 1, {}))
end

-- A program that cannot be compared: the reference leaves it open, or this fuzzer is wrong.
local function pass_over(p, why)
	if why:find('^translation') or why:find('^model') then
		print(('program %d of seed %d: %s'):format(p.n, seed, why))
		failed = failed + 1
	end
	passed = passed + 1
	reasons[why] = (reasons[why] or 0) + 1
end

local function run_all()
	local batch = {}
	for n = first, first + count - 1 do
		local p = generate(seed, n)
		local ok, why = prepare(p)
		if not ok then
			pass_over(p, why)
		elseif p.ends_script then
			settle { p }
		else
			batch[#batch + 1] = p
		end
		if #batch == BATCH or n == first + count - 1 then
			settle(batch)
			batch = {}
		end
		if failed >= ENOUGH then break end
	end
end

if show then
	local p = generate(seed, first)
	local ok, why = prepare(p)
	if not ok then p.expected = 'passed over: ' .. why end
	simulate.run { p }
	show_program(p)
	return
end
run_all()
io.stderr:write(('seed %d: %d programs agree, %d at a limit, %d passed over\n'):format(seed, agreed, limits, passed))
if agreed < count // 2 and failed == 0 then	-- then it tests too little
	for why, n in pairs(reasons) do print(('passed over: %d: %s'):format(n, why)) end
	failed = 1
end
os.exit(failed == 0)
