-- What a program's Lua text prints.
local model, writer = require 'model', require 'write'

local MAX_STEPS <const> = 300	-- thousands of Lua's instructions

local strings = getmetatable('')
local find, concat = string.find, table.concat

-- In ktap a string has no members: f() runs while it has none in Lua either, and ends
-- when it takes too long.
local function confined(f)
	local index, steps = strings.__index, 0
	strings.__index = nil
	debug.sethook(function()
		steps = steps + 1
		if steps > MAX_STEPS then model.unspecified('many steps') end
	end, '', 1000)
	local ok, e = pcall(f)
	debug.sethook()
	strings.__index = index
	return ok, e
end

-- Whether it came to its end; nil and why, if nothing can be said of it.
local function attempt(f)
	local ok, e = confined(f)
	if ok then return true end
	if e == model.unspecified_error then return nil, model.why end
	if type(e) == 'string' and find(e, 'model.lua', 1, true) then return nil, 'model: ' .. e end
	return false
end

-- The texts that its parts print, the main part first, with \0 between them, and whether
-- the main chunk fails, which is the end of all; or nil and why it is passed over.
return function(lines)
	local handlers, out = {}, {}
	local env = setmetatable({ HANDLER = function(once, f) handlers[#handlers + 1] = { f, once } end }, { __index = model })
	local chunk, err = load(concat(lines, '\n'), '=p', 't', env)
	if not chunk then return nil, 'translation: ' .. err end
	model.reset()
	local ok, why = attempt(chunk)
	if ok == nil then return nil, why end
	out[0] = model.take_output()
	if not ok then return out[0], true end
	for turn = 1, writer.turns do
		for i, handler in ipairs(handlers) do
			if turn == 1 or not handler[2] then ok, why = attempt(handler[1]) end
			if ok == nil then return nil, why end
			out[i] = (out[i] or '') .. model.take_output()
		end
	end
	return concat(out, '\0', 0, #handlers), false
end
