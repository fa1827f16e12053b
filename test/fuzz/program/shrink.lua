-- Makes a failing program small: whatever can be left out or replaced by something
-- simpler while `fails(program)` still holds is.

-- Lists of statements, each with who holds it.
local function blocks(node, out, seen)
	if type(node) ~= 'table' or seen[node] then return out end
	seen[node] = true
	for _, child in pairs(node) do
		if type(child) == 'table' then
			if child[1] and type(child[1]) == 'table' and child[1].k then out[#out + 1] = child end
			blocks(child, out, seen)
		end
	end
	return out
end

local function restored(list, copy)
	for i = #list, 1, -1 do list[i] = nil end
	table.move(copy, 1, #copy, 1, list)
end

-- Elements are removed by halves, quarters and so on.
local function without(list, p, fails)
	local changed, size = false, math.max(1, #list // 2)
	while size >= 1 do
		local i = 1
		while i <= #list do
			local copy = table.move(list, 1, #list, 1, {})
			for _ = 1, math.min(size, #list - i + 1) do table.remove(list, i) end
			if fails(p) then
				changed = true
			else
				restored(list, copy)
				i = i + size
			end
		end
		size = size // 2
	end
	return changed
end

local MOST <const> = 1000		-- attempts

local simple = { { k = 'int', v = 1, style = 8 }, { k = 'nil' }, { k = 'str', v = 'a', style = 3 } }

-- A statement that holds others becomes these; an expression one of its parts.
local function inner(node)
	local out = {}
	if node.arms then
		for _, arm in ipairs(node.arms) do out[#out + 1] = { k = 'block', body = arm[2], style = 1 } end
	elseif node.body and node.k ~= 'func' and node.k ~= 'handler' and node.k ~= 'block' then
		out[1] = { k = 'block', body = node.body, style = 1 }
	end
	for _, name in ipairs { 'a', 'b', 'c', 'obj', 'value', 'fn' } do
		local part = node[name]
		if type(part) == 'table' and part.k and part.k ~= node.k .. 'x' and not node.target then out[#out + 1] = part end
	end
	for _, name in ipairs { 'args' } do
		if node[name] then for _, part in ipairs(node[name]) do out[#out + 1] = part end end
	end
	return out
end

local is_expression = { int = true, str = true, ['nil'] = true, ['true'] = true, ['false'] = true, var = true, bin = true,
	un = true, cond = true, index = true, call = true, builtin = true, catch = true, table = true, vararg = true }

local function simpler(holder, at, p, fails)
	local was = holder[at]
	local candidates = inner(was)
	if is_expression[was.k] and was.k ~= 'int' and was.k ~= 'nil' and not (was.k == 'call' and was.e) then
		for _, s in ipairs(simple) do candidates[#candidates + 1] = s end
	end
	for _, c in ipairs(candidates) do
		holder[at] = c
		if fails(p) then return true end
	end
	holder[at] = was
	return false
end

local function replace_all(node, p, fails, seen)
	local changed = false
	if seen[node] then return false end
	seen[node] = true
	local names = {}
	for name in pairs(node) do names[#names + 1] = name end
	for _, name in ipairs(names) do
		local child = node[name]
		if type(child) == 'table' and name ~= 'target' and name ~= 'targets' and name ~= 'lua' then
			if child.k and name ~= 'cond' and simpler(node, name, p, fails) then changed = true end
			child = node[name]
			if type(child) == 'table' and replace_all(child, p, fails, seen) then changed = true end
		end
	end
	return changed
end

return function(p, fails)
	local tries = 0
	local function still(q)
		tries = tries + 1
		if tries > MOST then return false end
		local ok, bad = pcall(fails, q)
		return ok and bad
	end
	local changed = true
	while changed and tries < MOST do
		changed = false
		for _, list in ipairs(blocks({ p.body }, {}, {})) do
			if without(list, p, still) then changed = true end
		end
		if replace_all(p.body, p, still, {}) then changed = true end
	end
end
