-- What ktap texts print: many programs in one script, which ktap-sim runs.
local writer = require 'write'

local MOST <const> = 64 << 20	-- bytes of output, and
local SECONDS <const> = 120	-- time, of a script that ends: more is taken for one that does not

local prelude		-- text of prelude.kp
local prelude_lines

local function script(programs)
	local lines, base = { prelude }, prelude_lines + 2
	for i, p in ipairs(programs) do
		lines[i + 1] = table.concat(p.ktap, '\n'):gsub('\1', base)
		base = base + #p.ktap
	end
	lines[#lines + 1] = ('local rounds = 0\ntick-1ms { rounds++ if (rounds > %d) { exit() } }\n'):format(writer.turns)
	return table.concat(lines, '\n')
end

local function write_file(path, text)
	local f = assert(io.open(path, 'w'))
	f:write(text)
	f:close()
end

local function read_file(path)
	local f <close> = assert(io.open(path))
	return f:read('a')
end

-- Output cut at its marks: { ['program.part'] = text }.
local function parts_of(all)
	local out, mark = {}, '@@\t(%d+%.%d+)\n'
	local from, to, part = all:find(mark)
	while from do
		local next_from, next_to, next_part = all:find(mark, to + 1)
		out[part] = (out[part] or '') .. all:sub(to + 1, (next_from or #all + 1) - 1)
		from, to, part = next_from, next_to, next_part
	end
	return out
end

-- The parts of one program, with \0 between them.
local function joined(parts, p)
	local out, i = { parts[p.n .. '.0'] or 'nothing' }, 1
	while parts[p.n .. '.' .. i] do
		out[i + 1] = parts[p.n .. '.' .. i]
		i = i + 1
	end
	return table.concat(out, '\0')
end

-- ktap-sim itself fell over, or a sanitizer spoke.
local function is_broken(how, code, errors)
	return how == 'signal' or code > 1 or errors:find('Sanitizer', 1, true) or errors:find('runtime error: ', 1, true)
end

local S = {}

function S.init(here, sim, folder, batch)
	prelude = read_file(here .. 'prelude.kp')
	prelude_lines = select(2, prelude:gsub('\n', ''))
	S.path, S.stderr = folder .. '/programs.kp', folder .. '/errors'
	-- rounds of events and ticks: enough for the turns of each handler
	S.command = ('KTAP_SIM_ROUNDS=%d timeout %d %s %s 2>%s'):format((writer.turns + 1) * 2 * batch, SECONDS, sim, S.path,
		S.stderr)
end

-- Fills in `got`, `errors` and `broken` of each program.
function S.run(programs)
	write_file(S.path, script(programs))
	local f = io.popen(S.command)
	local all = f:read(MOST) or ''
	local _, how, code = f:close()
	assert(code ~= 126 and code ~= 127, S.command)
	local errors, parts = read_file(S.stderr), parts_of(all)
	local endless = #all == MOST
	for _, p in ipairs(programs) do
		p.got, p.errors, p.broken = joined(parts, p), errors, endless or is_broken(how, code, errors)
	end
end

return S
